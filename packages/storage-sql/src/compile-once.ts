// Queries that are built and compiled once, and run many times: of a small one, that is the larger part of its time.
import { sql, type Compilable, type CompiledQuery, type RawBuilder } from 'kysely'
import type { Database } from './schema.ts'

/** Stands in a query for a value that comes with each execution. */
export type Given<Values> = <Name extends keyof Values & string>(name: Name) => RawBuilder<Values[Name]>

/** Any value of a list that is one parameter, so that the statement is the same for lists of any length. */
export const anyOf = <T>(list: RawBuilder<readonly T[]>): RawBuilder<T> => sql`any (${list})`

/**
 * @param build - Builds the query, the same each time: it may depend on nothing but the engine.
 */
export function compileOnce<Values extends Readonly<Record<string, unknown>>, Row>(
  build: (db: Database, given: Given<Values>) => Compilable<Row>,
): (db: Database, values: Values) => Promise<readonly Row[]> {
  let compiled: CompiledQuery<Row> | undefined

  return async (db, values) => {
    compiled ??= build(db, (name) => sql`${new Placeholder(name)}`).compile()
    const parameters = compiled.parameters.map((value) => (value instanceof Placeholder ? values[value.name] : value))
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters })
    return rows
  }
}

class Placeholder {
  constructor(readonly name: string) {}
}
