// Rows as part of a statement, so that one statement changes many rows, each in its own way.
import { sql, type RawBuilder } from 'kysely'
import type { Instant } from './schema.ts'
import type { SqlDialectTraits, ValueType } from './sql-dialect-traits.ts'

type Value = string | number | Instant | null

/**
 * A query that gives these rows, to be named in a `with`. At least one row.
 *
 * `column1`, `column2` … are what both SQLite and PostgreSQL call the columns of a VALUES list.
 */
export function valuesList<Row extends Record<string, Value>>(
  rows: readonly Row[],
  columns: Readonly<Record<keyof Row & string, ValueType>>,
  { cast }: SqlDialectTraits,
): RawBuilder<Row> {
  const named = Object.entries<ValueType>(columns)
  const names = named.map(([name], index) => sql`${sql.ref(`column${index + 1}`)} as ${sql.ref(name)}`)
  const lists = rows.map((row) => sql`(${sql.join(named.map(([name, type]) => cast(sql.val(row[name]), type)))})`)
  return sql<Row>`(select ${sql.join(names)} from (values ${sql.join(lists)}) as given)`
}

/** As many rows at a time as one statement can carry. Almost always all of them. */
export function* inStatements<Row extends object>(
  rows: readonly Row[],
  { maxParameters }: SqlDialectTraits,
): Generator<readonly Row[]> {
  const columns = Object.keys(rows[0] ?? {}).length
  const size = Math.max(1, Math.floor(maxParameters / Math.max(1, columns)))
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}
