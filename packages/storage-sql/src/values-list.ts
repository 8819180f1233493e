// Rows as part of a statement, so that one statement changes many rows, each in its own way.
import { RawNode, ValueNode, createQueryId, createRawBuilder, sql, type RawBuilder } from 'kysely'
import type { Database, Tables } from './schema.ts'
import type { SqlDialectTraits, ValueType } from './sql-dialect-traits.ts'

/**
 * A query that gives these rows, to be named in a `with`. At least one row.
 *
 * `column1`, `column2` … are what both SQLite and PostgreSQL call the columns of a VALUES list. All values are
 * parameters of one node: with one node for each, building the tree took longer than running the statement.
 */
export function valuesList<Row extends Readonly<Partial<Record<string, unknown>>>>(
  rows: readonly Row[],
  columns: Readonly<Record<keyof Row & string, ValueType>>,
  { castOf }: SqlDialectTraits,
): RawBuilder<Row> {
  const named = Object.entries<ValueType>(columns)
  const names = named.map(([name], index) => `column${index + 1} as "${name}"`).join(', ')
  const fragments = rows.flatMap((_, row) =>
    named.map((_column, index) => {
      const before = named[index - 1]
      if (before) return `${castOf(before[1])}, `
      return row === 0 ? `(select ${names} from (values (` : `${castOf(named.at(-1)?.[1] ?? 'text')}), (`
    }),
  )
  const values = rows.flatMap((row) => named.map(([name]) => ValueNode.create(row[name] ?? null)))
  const end = `${castOf(named.at(-1)?.[1] ?? 'text')})) as given)`
  return createRawBuilder({ queryId: createQueryId(), rawNode: RawNode.create([...fragments, end], values) })
}

/** Inserts these rows, of which all have the same columns; what follows may be added. At least one row. */
export function insertion<Row extends Readonly<Partial<Record<string, unknown>>>>(
  table: keyof Tables,
  rows: readonly Row[],
  columns: Readonly<Record<keyof Row & string, ValueType>>,
  traits: SqlDialectTraits,
): RawBuilder<unknown> {
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)))
  // Without a condition, SQLite would take an `on conflict` for the condition of a join.
  // https://www.sqlite.org/lang_upsert.html#parsing_ambiguity
  const values = valuesList(rows, columns, traits)
  return sql`insert into ${sql.table(table)} (${names}) select ${names} from ${values} as v where true`
}

type Row = Readonly<Partial<Record<string, unknown>>> & { readonly id: number | string }

/** Writes what has changed of each row, of these columns. Whoever calls this holds the locks of the rows. */
export async function updateEach(
  trx: Database,
  table: keyof typeof ID_TYPES,
  {
    rows,
    columns,
  }: {
    readonly rows: readonly { readonly before: Row; readonly after: Row }[]
    readonly columns: Readonly<Record<string, ValueType>>
  },
  traits: SqlDialectTraits,
): Promise<void> {
  const changed = Object.entries(columns).filter(([name]) =>
    rows.some(({ before, after }) => (before[name] ?? null) !== (after[name] ?? null)),
  )
  if (changed.length === 0) return
  const types = Object.fromEntries<ValueType>([['id', ID_TYPES[table]], ...changed])
  const assignments = changed.map(([name]) => sql`${sql.ref(name)} = ${sql.ref(`v.${name}`)}`)
  for (const some of inStatements(rows, { columns: changed.length + 1 }, traits)) {
    const values = valuesList(
      some.map(({ after }) => after),
      types,
      traits,
    )
    // Raw, since the builder wants to know the columns in advance.
    await sql`
      with v as ${values}
      update ${sql.table(table)} set ${sql.join(assignments)} from v where ${sql.ref(`${table}.id`)} = ${sql.ref('v.id')}
    `.execute(trx)
  }
}

const ID_TYPES = { jobs: 'text', transcripts: 'id', deliveries: 'text' } as const satisfies Record<string, ValueType>

/** As many rows at a time as one statement can carry. Almost always all of them. */
export function* inStatements<Row>(
  rows: readonly Row[],
  { columns }: { readonly columns: number },
  { maxParameters }: SqlDialectTraits,
): Generator<readonly Row[]> {
  const size = Math.max(1, Math.floor(maxParameters / columns))
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}
