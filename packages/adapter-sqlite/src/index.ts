// The public entry of @ytscriptify/adapter-sqlite.
export type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'
export { sqliteStorage, type SqliteFile, type SqliteHandle, type SqliteStorageOptions } from './sqlite-storage.ts'
export { openSqliteReader, type SqliteReader } from './sqlite-reader.ts'
