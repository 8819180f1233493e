// The witness: an append-only journal that the engine does not know of.
//
// What the database did is written by triggers, in the very transaction that did it, so no kill can tear the two
// apart. What the processes believed is written to one file for each process, a line at a time.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Adds the triggers to a database that has its schema already. */
export function installWitness(database) {
  database.exec(`
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
  `)
}

export const readWitness = (database) => database.prepare('SELECT * FROM witness ORDER BY seq').all()

/** One line of what a process believes. The file is opened and closed for each, so that a kill loses at most this one. */
export function createLog(folder, name) {
  const file = join(folder, `${name}.log`)
  return (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`)
}

export function readLogs(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    )
}
