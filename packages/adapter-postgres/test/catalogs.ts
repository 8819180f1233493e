// What a database consists of, as PostgreSQL describes it: two of them that were made in different ways can be compared.
import type pg from 'pg'

export interface Catalogs {
  readonly columns: readonly unknown[]
  readonly indexes: readonly unknown[]
  readonly constraints: readonly unknown[]
  /** How the texts are kept. */
  readonly texts: readonly unknown[]
}

export async function catalogsOf(pool: pg.Pool): Promise<Catalogs> {
  const ours = (column: string) => `${column} not in ('pg_catalog', 'information_schema', 'pg_toast')`
  const list = async (query: string) => (await pool.query<{ row: unknown }>(query)).rows.map(({ row }) => row)
  return {
    columns: await list(`
      select to_jsonb(c) - 'table_catalog' - 'udt_catalog' as row from information_schema.columns as c
      where ${ours('table_schema')} order by table_schema, table_name, ordinal_position`),
    indexes: await list(
      `select to_jsonb(i) as row from pg_indexes as i where ${ours('schemaname')} order by schemaname, indexname`,
    ),
    constraints: await list(`
      select jsonb_build_array(connamespace::regnamespace, conrelid::regclass, conname, pg_get_constraintdef(oid)) as row
      from pg_constraint where ${ours('connamespace::regnamespace::text')} order by conrelid::regclass::text, conname`),
    texts: await list(`
      select jsonb_build_array(attrelid::regclass, attstorage, attcompression) as row from pg_attribute
      where attname = 'transcript_data' and attrelid in (select oid from pg_class where relkind = 'r') order by attrelid::regclass::text`),
  }
}
