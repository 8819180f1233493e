// Databases as the service that this one replaces left them.
import { createRequire } from 'node:module'

interface Driver {
  readonly DatabaseSync: new (file: string) => Database
}

interface Database {
  exec(sql: string): void
  prepare(sql: string): { run(...values: unknown[]): unknown; all(...values: unknown[]): unknown[] }
  close(): void
}

/** The driver that the SQLite adapter would take, too. */
export function loadDriver(): Driver {
  const builtIn = process.getBuiltinModule('node:sqlite') as Driver | undefined
  return (
    builtIn ?? (createRequire(import.meta.resolve('@ytscriptify/adapter-sqlite'))('@photostructure/sqlite') as Driver)
  )
}

/** One of its first versions, with fewer columns. */
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

/** As SQLAlchemy makes them of the models of its last version. */
export const OLD_SCHEMA = {
  sqlite: `
    CREATE TABLE jobs (
      id VARCHAR(36) NOT NULL, status VARCHAR(20), created_at DATETIME, updated_at DATETIME, callback_url VARCHAR(500),
      error_message TEXT, PRIMARY KEY (id)
    );
    CREATE TABLE transcripts (
      id INTEGER NOT NULL, job_id VARCHAR(36) NOT NULL, url VARCHAR(500), video_id VARCHAR(20), transcript_data TEXT,
      status VARCHAR(20), error_message TEXT, created_at DATETIME, updated_at DATETIME, PRIMARY KEY (id),
      FOREIGN KEY(job_id) REFERENCES jobs (id)
    );
  `,
  postgres: `
    CREATE TABLE jobs (
      id VARCHAR(36) NOT NULL, status VARCHAR(20), created_at TIMESTAMP WITHOUT TIME ZONE,
      updated_at TIMESTAMP WITHOUT TIME ZONE, callback_url VARCHAR(500), error_message TEXT, PRIMARY KEY (id)
    );
    CREATE TABLE transcripts (
      id SERIAL NOT NULL, job_id VARCHAR(36) NOT NULL, url VARCHAR(500), video_id VARCHAR(20), transcript_data TEXT,
      status VARCHAR(20), error_message TEXT, created_at TIMESTAMP WITHOUT TIME ZONE,
      updated_at TIMESTAMP WITHOUT TIME ZONE, PRIMARY KEY (id)
    );
  `,
} as const

export const OLD_COLUMNS = {
  jobs: ['id', 'status', 'created_at', 'updated_at', 'callback_url', 'error_message'],
  transcripts: [
    'id',
    'job_id',
    'url',
    'video_id',
    'transcript_data',
    'status',
    'error_message',
    'created_at',
    'updated_at',
  ],
} as const

export type OldRow = Readonly<Record<string, string | number | Uint8Array | null>>

export interface OldRows {
  readonly jobs: readonly OldRow[]
  readonly transcripts: readonly OldRow[]
}

/** Columns that are not named are NULL. */
export function createFullOldDatabase(file: string, rows: OldRows): void {
  const { DatabaseSync } = loadDriver()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA foreign_keys = OFF') // As SQLAlchemy leaves it.
  database.exec(OLD_SCHEMA.sqlite)
  database.exec('begin')
  for (const table of ['jobs', 'transcripts'] as const) {
    const columns = OLD_COLUMNS[table]
    const insert = database.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`)
    for (const row of rows[table]) insert.run(...columns.map((column) => row[column] ?? null))
  }
  database.exec('commit')
  database.close()
}

/** The rows of a table of ours, for comparisons of two databases. */
export function rowsIn(file: string, query: string): unknown[] {
  const { DatabaseSync } = loadDriver()
  const database = new DatabaseSync(file)
  try {
    return database.prepare(query).all()
  } finally {
    database.close()
  }
}

/** A text as it was stored there. */
export const oldText = (...texts: readonly string[]): string =>
  JSON.stringify(texts.map((text, index) => ({ text, start: index * 2.5, duration: 2.48 })))
