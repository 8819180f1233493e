// A database as the service that this one replaces left it.
import { createRequire } from 'node:module'

interface Driver {
  readonly DatabaseSync: new (file: string) => { exec(sql: string): void; close(): void }
}

/** The driver that the SQLite adapter would take, too. */
function loadDriver(): Driver {
  const builtIn = process.getBuiltinModule('node:sqlite') as Driver | undefined
  return (
    builtIn ?? (createRequire(import.meta.resolve('@ytscriptify/adapter-sqlite'))('@photostructure/sqlite') as Driver)
  )
}

export function createOldDatabase(file: string): void {
  const { DatabaseSync } = loadDriver()
  const database = new DatabaseSync(file)
  database.exec(`
    CREATE TABLE jobs (id VARCHAR(36) PRIMARY KEY, status VARCHAR(20), created_at DATETIME, updated_at DATETIME);
    CREATE TABLE transcripts (id INTEGER PRIMARY KEY, job_id VARCHAR(36), url VARCHAR(255), transcript_data JSON);
    INSERT INTO jobs VALUES ('7c9e6679-7425-40de-944b-e07fc1f90ae7', 'completed', '2025-01-01', '2025-01-01');
  `)
  database.close()
}
