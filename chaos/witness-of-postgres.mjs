// The witness on PostgreSQL: triggers write what was done, and by whom, in the very transaction that did it.
// Each process names itself to the database (`application_name`), so that a result can be held against whoever claimed it.

/** To be run in a database that has its schema already. */
export const POSTGRES_WITNESS = `
  CREATE SCHEMA chaos;
  CREATE TABLE chaos.witness (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    writer text NOT NULL DEFAULT current_setting('application_name'),
    entity text NOT NULL, id text NOT NULL, job_id text NOT NULL,
    old_status text, new_status text NOT NULL, old_attempt integer, new_attempt integer, old_worker text, new_worker text, error_code text
  );

  CREATE FUNCTION chaos.job_inserted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.witness (entity, id, job_id, new_status) VALUES ('job', new.id, new.id, new.status);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos.job_updated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.witness (entity, id, job_id, old_status, new_status) VALUES ('job', new.id, new.id, old.status, new.status);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos.transcript_updated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.witness (entity, id, job_id, old_status, new_status, old_attempt, new_attempt, old_worker, new_worker, error_code)
    VALUES ('transcript', new.id, new.job_id, old.status, new.status, old.attempt, new.attempt, old.claimed_by, new.claimed_by, new.error_code);
    RETURN NULL;
  END $$;
  CREATE FUNCTION chaos.delivery_updated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO chaos.witness (entity, id, job_id, old_status, new_status, old_attempt, new_attempt, old_worker, new_worker)
    VALUES ('delivery', new.id, new.job_id, old.status, new.status, old.attempt, new.attempt, old.claimed_by, new.claimed_by);
    RETURN NULL;
  END $$;

  CREATE TRIGGER witness_jobs_inserted AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION chaos.job_inserted();
  CREATE TRIGGER witness_jobs_updated AFTER UPDATE OF status ON jobs FOR EACH ROW
    WHEN (old.status <> new.status OR new.status NOT IN ('pending', 'processing')) EXECUTE FUNCTION chaos.job_updated();
  CREATE TRIGGER witness_transcripts_updated AFTER UPDATE OF status, attempt ON transcripts FOR EACH ROW
    EXECUTE FUNCTION chaos.transcript_updated();
  CREATE TRIGGER witness_deliveries_updated AFTER UPDATE OF status, attempt ON deliveries FOR EACH ROW
    EXECUTE FUNCTION chaos.delivery_updated();
`

export const READ_POSTGRES_WITNESS = 'SELECT * FROM chaos.witness ORDER BY seq'
