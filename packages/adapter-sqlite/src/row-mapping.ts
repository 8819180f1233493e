// Rows as the driver gives them. What a statement gives is known to whoever wrote it: Kysely's types, and the tables'.

export const rowsOf = <Row>(rows: unknown[]): Row[] => rows as Row[]
