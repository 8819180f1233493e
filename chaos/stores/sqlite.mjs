// A run on a SQLite file, with core's own queue.
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'

/** The storage and the queue of one process. */
export const connectToSqlite = (filename) => ({ storage: sqliteStorage({ filename }) })

/** A new file with its schema and its witness. */
export async function openSqliteStore({ folder }) {
  const filename = join(folder, 'chaos.db')
  const storage = sqliteStorage({ filename })
  await storage.ready()
  await storage.close()
  const database = new DatabaseSync(filename)
  database.exec('PRAGMA busy_timeout = 5000')
  database.exec(WITNESS)
  return {
    address: filename,
    rows: async (sql) => database.prepare(sql).all(),
    witness: async () => database.prepare('SELECT * FROM witness ORDER BY seq').all(),
    close: async () => database.close(),
  }
}

/** Triggers write what was done in the very transaction that did it, so that no kill can tear the two apart. */
const WITNESS = `
  CREATE TABLE witness (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    entity TEXT NOT NULL, id TEXT NOT NULL, job_id TEXT NOT NULL,
    old_status TEXT, new_status TEXT NOT NULL, old_attempt INTEGER, new_attempt INTEGER, old_worker TEXT
  );
  CREATE TRIGGER witness_jobs_inserted AFTER INSERT ON jobs BEGIN
    INSERT INTO witness (entity, id, job_id, new_status) VALUES ('job', new.id, new.id, new.status);
  END;
  CREATE TRIGGER witness_jobs_updated AFTER UPDATE OF status ON jobs WHEN old.status <> new.status OR new.status NOT IN ('pending', 'processing') BEGIN
    INSERT INTO witness (entity, id, job_id, old_status, new_status) VALUES ('job', new.id, new.id, old.status, new.status);
  END;
  CREATE TRIGGER witness_transcripts_updated AFTER UPDATE OF status, attempt ON transcripts BEGIN
    INSERT INTO witness (entity, id, job_id, old_status, new_status, old_attempt, new_attempt, old_worker)
    VALUES ('transcript', new.id, new.job_id, old.status, new.status, old.attempt, new.attempt, old.claimed_by);
  END;
`
