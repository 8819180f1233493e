// The public entry of @ytscriptify/storage-sql.
export { migrationStatements, type MigrationStatementsOptions } from './migration-statements.ts'
export { namespacePlugin, type Namespace } from './namespace.ts'
export type { BigInteger, Database, Instant, Tables } from './schema.ts'
export type { SqlDialectTraits, ValueType } from './sql-dialect-traits.ts'
export { sqlStorage, type SqlStorageOptions } from './sql-storage.ts'
