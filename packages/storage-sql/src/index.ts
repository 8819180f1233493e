// The public entry of @ytscriptify/storage-sql.
export type { BigInteger, Database, Instant, Tables } from './schema.ts'
export type { SqlDialectTraits, ValueType } from './sql-dialect-traits.ts'
export { sqlStorage, type SqlStorageOptions } from './sql-storage.ts'
