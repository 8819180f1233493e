// The public entry of @ytscriptify/adapter-postgres.
export { migrationsSql, type MigrationsSqlOptions } from './migrations-sql.ts'
export { postgresQueue, type PostgresQueueOptions } from './postgres-queue.ts'
export {
  postgresStorage,
  type PostgresConnection,
  type PostgresStorageOptions,
  type TransactionStorageOptions,
} from './postgres-storage.ts'
export type { PostgresClient, PostgresPool } from './postgres-pool.ts'
