// Tables as a busy installation has them, written by the database itself, since submitting so much takes minutes.
import type pg from 'pg'
import { ANY_REQUEST } from '@ytscriptify/core/testing'

/** The id of the job with this number, from 1. */
export const jobId = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`

/**
 * 100,000 transcripts in 2,000 open jobs of ten owners: those of the first 1,000 jobs were put off for an hour after a failure, but
 * for 200 that are processing; the others are due. Besides, 3,000 jobs that have ended, each with a delivery: of these 1,000 are
 * pending, half of them put off, 50 processing and the rest over. Nothing is analyzed, neither now nor later by the server.
 */
export async function fillTables(pool: pg.Pool, schema: string): Promise<void> {
  const tables = ['jobs', 'transcripts', 'deliveries', 'delivery_attempts', 'gates', 'workers']
  const off = tables.map((table) => `alter table ${schema}.${table} set (autovacuum_enabled = off);`).join('\n')
  await pool.query(`
    ${off}
    set search_path = ${schema};
    ${JOBS}; ${OPEN_TRANSCRIPTS}; ${ENDED_TRANSCRIPTS}; ${DELIVERIES}; ${ATTEMPTS}; ${WORKERS};
    set search_path = default;
  `)
}

const ID = (number: string) => `'00000000-0000-7000-8000-' || lpad((${number})::text, 12, '0')`

const JOBS = `
  insert into jobs (id, owner, source, status, version, total, completed, failed, created_at, updated_at, ended_at, deadline_at,
    timeout_ms, callback_url, idempotency_key, idempotency_hash, request, reuse)
  select ${ID('n')}, 'owner' || n % 10, 'fake',
    case when n <= 1000 then 'processing' when n <= 2000 then 'pending' when n % 4 = 0 then 'failed' else 'completed' end,
    1, case when n <= 2000 then 50 else 1 end,
    case when n > 2000 and n % 4 <> 0 then 1 else 0 end, case when n > 2000 and n % 4 = 0 then 1 else 0 end,
    created, created, case when n > 2000 then created + interval '1 minute' end, created + interval '7 days',
    3600000, 'https://receiver' || n % 20 || '.test/hook', 'k' || n, 'h', '${JSON.stringify(ANY_REQUEST)}', '{"scope":"none"}'
  from generate_series(1, 5000) as n, lateral (
    select date_trunc('milliseconds', clock_timestamp())
      - case when n > 2000 then interval '2 days' else interval '1 hour' end + n * interval '100 milliseconds' as created
  ) as moment`

const OPEN_TRANSCRIPTS = `
  insert into transcripts (job_id, position, url, video_id, status, duplicate_of, source, gate_key, request_key, attempt, failures,
    run_at, rank_at, lease_until, claimed_at, claimed_by, created_at, updated_at)
  select jobs.id, p, 'https://example.test/v' || n || '-' || p, 'v' || n || '-' || p,
    case when n <= 200 and p = 0 then 'processing' else 'pending' end, case when p = 49 then 0 end,
    'fake', 'fake', 'r' || n || '-' || p,
    case when n <= 1000 then 1 else 0 end, case when n <= 1000 then 1 else 0 end,
    case when n <= 1000 and p < 49 then later else created_at end,
    case when n <= 1000 and p < 49 then later else created_at + p * interval '1 second' end,
    case when n <= 200 and p = 0 then created_at + interval '2 hours' end,
    case when n <= 200 and p = 0 then created_at end,
    case when n <= 200 and p = 0 then 'filler' end, created_at, created_at
  from generate_series(1, 2000) as n
    join jobs on jobs.id = ${ID('n')},
    generate_series(0, 49) as p,
    lateral (select created_at + interval '2 hours' + p * interval '1 second' as later) as moment
  order by p, n`

const ENDED_TRANSCRIPTS = `
  insert into transcripts (job_id, position, url, video_id, status, source, gate_key, request_key, attempt, run_at, rank_at,
    fetched_at, created_at, updated_at, data_bytes, transcript_data)
  select id, 0, 'https://example.test/e', 'e', status, 'fake', 'fake', 'e' || id, 1, created_at, created_at,
    case status when 'completed' then ended_at end, created_at, ended_at, 2, case status when 'completed' then '[]' end
  from jobs where ended_at is not null`

const DELIVERIES = `
  insert into deliveries (id, job_id, url, receiver, type, status, attempt, failures, run_at, lease_until, claimed_at, claimed_by,
    created_at, updated_at, ended_at)
  select 'msg_' || n, id, callback_url, 'https://receiver' || n % 20 || '.test', 'job.completed', state,
    case when n <= 2500 then 0 else 1 end, case when n > 2500 and n <= 3000 then 1 else 0 end,
    case when n > 2500 and n <= 3000 then now() + interval '1 hour' else ended_at end,
    case state when 'processing' then now() + interval '1 hour' end, case state when 'processing' then now() end,
    case state when 'processing' then 'filler' end, ended_at, ended_at,
    case when state in ('delivered', 'failed') then ended_at + interval '1 second' end
  from generate_series(2001, 5000) as n
    join jobs on jobs.id = ${ID('n')},
    lateral (select case when n <= 3000 then 'pending' when n <= 3050 then 'processing'
      when n % 10 = 0 then 'failed' else 'delivered' end as state) as states`

const ATTEMPTS = `
  insert into delivery_attempts (delivery_id, attempt, started_at, ended_at, status)
  select id, 1, created_at, created_at, case status when 'delivered' then 204 else 500 end
  from deliveries where attempt = 1 and status <> 'processing'`

const WORKERS = `
  insert into gates (source, key) values ('fake', 'fake');
  insert into workers (id, name, lease_ms, started_at, seen_at, lost_at)
  select 'worker' || n, 'worker' || n, 60000, now(), now(), now() + interval '2 minutes' from generate_series(1, 50) as n`
