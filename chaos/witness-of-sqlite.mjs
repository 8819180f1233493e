// The witness on SQLite: triggers write what was done in the very transaction that did it, so that no kill can tear the two
// apart. Who wrote it a file does not know.

/** To be run in a database that has its schema already. */
export const SQLITE_WITNESS = `
  CREATE TABLE witness (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL DEFAULT (cast(unixepoch('subsec') * 1000 as integer)),
    entity TEXT NOT NULL, id TEXT NOT NULL, job_id TEXT NOT NULL,
    old_status TEXT, new_status TEXT NOT NULL, old_attempt INTEGER, new_attempt INTEGER, old_worker TEXT, new_worker TEXT,
    error_code TEXT
  );
  CREATE TRIGGER witness_jobs_inserted AFTER INSERT ON jobs BEGIN
    INSERT INTO witness (entity, id, job_id, new_status) VALUES ('job', new.id, new.id, new.status);
  END;
  CREATE TRIGGER witness_jobs_updated AFTER UPDATE OF status ON jobs
    WHEN old.status <> new.status OR new.status NOT IN ('pending', 'processing') BEGIN
    INSERT INTO witness (entity, id, job_id, old_status, new_status) VALUES ('job', new.id, new.id, old.status, new.status);
  END;
  CREATE TRIGGER witness_transcripts_updated AFTER UPDATE OF status, attempt ON transcripts BEGIN
    INSERT INTO witness (entity, id, job_id, old_status, new_status, old_attempt, new_attempt, old_worker, new_worker, error_code)
    VALUES ('transcript', new.id, new.job_id, old.status, new.status, old.attempt, new.attempt, old.claimed_by, new.claimed_by, new.error_code);
  END;
  CREATE TRIGGER witness_deliveries_updated AFTER UPDATE OF status, attempt ON deliveries BEGIN
    INSERT INTO witness (entity, id, job_id, old_status, new_status, old_attempt, new_attempt, old_worker, new_worker)
    VALUES ('delivery', new.id, new.job_id, old.status, new.status, old.attempt, new.attempt, old.claimed_by, new.claimed_by);
  END;
`

export const READ_SQLITE_WITNESS = 'SELECT * FROM witness ORDER BY seq'
