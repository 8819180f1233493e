// The older service's database in PostgreSQL comes over as the one in a SQLite file does.
import { join } from 'node:path'
import pg from 'pg'
import { eventually } from '@ytscriptify/core/testing'
import { createTestDatabase } from '@ytscriptify/test-servers'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import {
  OLD_COLUMNS,
  OLD_SCHEMA,
  createFullOldDatabase,
  oldText,
  rowsIn,
  type OldRows,
} from '../support/old-database.ts'
import { openWorkplace, type Workplace } from '../support/workplace.ts'

let place: Workplace
let database: { readonly url: string; readonly drop: () => Promise<void> }
beforeEach(async () => {
  place = await openWorkplace()
  database = await createTestDatabase(inject('postgresUrl'))
})
afterEach(async () => {
  await place.close()
  await database.drop()
})

async function inDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const fill = (rows: OldRows): Promise<void> =>
  inDatabase(async (client) => {
    await client.query(OLD_SCHEMA.postgres)
    for (const table of ['jobs', 'transcripts'] as const) {
      const columns = OLD_COLUMNS[table]
      const insert = `insert into ${table} values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`
      for (const row of rows[table])
        await client.query(
          insert,
          columns.map((column) => row[column] ?? null),
        )
    }
  })

/** A little of everything; ids in an order that differs between collations. */
const ROWS: OldRows = {
  jobs: ['b', 'A', 'a', 'B', 'é', '\u{1f600}', 'a-b', 'ab'].map((id) => ({
    id,
    status: id === 'ab' ? 'PROCESSING' : 'completed',
    created_at: '2025-03-09 02:30:00.123456',
    updated_at: '2025-03-09 02:31:00',
  })),
  transcripts: ['b', 'A', 'a', 'B', 'é', '\u{1f600}', 'a-b', 'ab', 'b', 'gone'].map((job_id, index) => ({
    id: 10 - index,
    job_id,
    url: `https://youtu.be/bulk000000${index}`,
    video_id: `bulk000000${index}`,
    ...(job_id === 'ab' ? { status: null } : { status: 'completed', transcript_data: oldText(`text of ${index}`) }),
    created_at: '2025-03-09 02:30:00.123456',
    updated_at: '2025-03-09 02:30:50',
  })),
}

const storedIn = (file: string): unknown[] => [
  ...rowsIn(file, 'select id, status, total, completed, created_at, updated_at, ended_at from jobs order by id'),
  ...rowsIn(
    file,
    'select job_id, position, url, video_id, status, transcript_data, created_at, updated_at from transcripts order by job_id, position',
  ),
]

describe('an older database in PostgreSQL', () => {
  it('comes over as the same one in a SQLite file does, wherever this machine and the server are', async () => {
    await fill(ROWS)
    await inDatabase((client) =>
      client.query(
        "do $$ begin execute format('alter database %I set timezone to %L', current_database(), 'Asia/Tokyo'); end $$",
      ),
    )
    createFullOldDatabase(join(place.folder, 'old.db'), ROWS)
    const env = { TZ: 'America/New_York', DATABASE_URL: 'sqlite:///from-postgres.db' }

    const first = await place.run(['import', database.url.replace('postgresql:', 'postgresql+psycopg2:')], { env })
    const again = await place.run(['import', database.url], { env })
    await place.run(['import', 'old.db'])

    expect(first.stderr).toContain('Imported 8 jobs with 9 videos from 127.0.0.1')
    expect(first.stderr).toContain('notice: transcripts whose job is not there, left behind: 1')
    expect(again.stderr).toContain('Imported 0 jobs with 0 videos')
    expect(storedIn(join(place.folder, 'from-postgres.db'))).toEqual(storedIn(join(place.folder, 'transcriber.db')))
    expect(
      rowsIn(
        join(place.folder, 'from-postgres.db'),
        "select position, video_id from transcripts where job_id = 'b' order by position",
      ),
    ).toEqual([
      { position: 0, video_id: 'bulk0000008' },
      { position: 1, video_id: 'bulk0000000' },
    ])
  })

  it('may have times with a zone, ids of the type uuid and texts of the type jsonb', async () => {
    await inDatabase((client) =>
      client.query(`
        create table jobs (id uuid primary key, status text, created_at timestamptz, updated_at timestamptz);
        create table transcripts (id bigserial primary key, job_id uuid, url text, video_id text, transcript_data jsonb, status text);
        insert into jobs values ('7c9e6679-7425-40de-944b-e07fc1f90ae7', 'completed', '2025-01-02 03:04:05+05:30', 'infinity');
        insert into transcripts (job_id, url, transcript_data, status) values (
          '7c9e6679-7425-40de-944b-e07fc1f90ae7', 'https://youtu.be/gettysburg1', '[{"start": 1, "duration": 2, "text": "a"}]', 'completed');
      `),
    )

    const { stderr } = await place.run(['import', database.url])
    const { stdout } = await place.run(['status', '7c9e6679-7425-40de-944b-e07fc1f90ae7', '--json'])

    expect(JSON.parse(stdout)).toMatchObject({ created_at: '2025-01-01T21:34:05.000Z', counts: { completed: 1 } })
    expect(stderr).toContain('notice: times that cannot be read, replaced by that of the import: 1')
  })

  it('is read as it stood at one moment, by a connection that may not write', async () => {
    await fill(ROWS)
    await inDatabase((client) =>
      client.query(`
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'written'; end $$;
        create trigger refuse before insert or update or delete or truncate on jobs execute function refuse();
        create trigger refuse before insert or update or delete or truncate on transcripts execute function refuse();
      `),
    )

    const { code } = await place.run(['import', database.url])

    expect(code).toBe(0)
  })

  it('that is none is refused, without its password', async () => {
    const none = await place.run(['import', database.url])
    const url = new URL(database.url)
    url.password = 'hunter2'
    url.username = 'nobody'
    const wrong = await place.run(['import', url.href])

    expect(none.stderr).toMatch(
      /is no database of the older service: it has no table "jobs" and no table "transcripts"\./,
    )
    expect(wrong.stderr).toMatch(/cannot be read: /)
    expect(none.stderr + wrong.stderr).not.toContain('hunter2')
    expect([none.code, wrong.code]).toEqual([2, 2])
    expect(place.hasDatabase()).toBe(false)
  })
})

describe('a new database in PostgreSQL', () => {
  /** As SQLite gives it: moments in milliseconds. */
  const storedInPostgres = (): Promise<unknown[]> =>
    inDatabase(async (client) => {
      const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8 as ${column}`
      const jobs = `select id, status, total, completed, ${['created_at', 'updated_at', 'ended_at'].map(ms).join(', ')} from jobs order by id collate "C"`
      const transcripts = `select job_id, position, url, video_id, status, transcript_data, ${['created_at', 'updated_at'].map(ms).join(', ')} from transcripts order by job_id collate "C", position`
      return [...(await client.query(jobs)).rows, ...(await client.query(transcripts)).rows]
    })

  it('gets the same jobs as one in a SQLite file, once, however often the import is killed and run', async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => index)
    const time = { created_at: '2025-03-09 02:30:00.123456', updated_at: '2025-03-09 02:31:00' }
    createFullOldDatabase(join(place.folder, 'old.db'), {
      jobs: [...ROWS.jobs, ...many.map((n) => ({ id: `job-${n}`, status: 'completed', ...time }))],
      transcripts: [
        ...ROWS.transcripts,
        ...many.map((n) => ({
          id: 100 + n,
          job_id: `job-${n}`,
          url: `https://youtu.be/bulk${String(n).padStart(7, '0')}`,
          status: 'completed',
          transcript_data: oldText(`\u0000 text of ${n}`),
          ...time,
        })),
      ],
    })
    const env = { DATABASE_URL: database.url, TZ: 'America/New_York' }
    await place.run(['migrate'], { env })
    const countJobs = async (): Promise<number> => (await storedInPostgres()).length

    const killed = place.start(['import', 'old.db'], { env })
    await eventually(async () => (await countJobs()) > 0, { what: 'some jobs are there' })
    killed.child.kill('SIGKILL')
    await killed.ended
    const inTheMiddle = await countJobs()
    const resumed = await place.run(['import', 'old.db'], { env })
    const again = await place.run(['import', 'old.db'], { env })
    await place.run(['import', 'old.db'])

    expect(inTheMiddle).toBeLessThan(3_000)
    expect(resumed.stderr).toMatch(/here already: \d+\. They stay as they are\./)
    expect(again.stderr).toContain('Imported 0 jobs with 0 videos')
    expect(await storedInPostgres()).toEqual(storedIn(join(place.folder, 'transcriber.db')))
  })

  it('is not the older one, unless it is another schema of it', async () => {
    await fill(ROWS)
    const env = { DATABASE_URL: database.url }

    const same = await place.run(['import', database.url], { env })
    const inUse = await place.run(['migrate'], { env })
    const apart = await place.run(['import', database.url], { env: { ...env, DATABASE_SCHEMA: 'captions' } })

    expect(same.stderr).toContain('is the database that DATABASE_URL names, too: it cannot be imported into itself.')
    expect(inUse.stderr).toContain(
      'already has "jobs" and "transcripts", but not from this version: it was left unchanged.',
    )
    expect(inUse.stderr).toContain('"ytscriptify import" takes its data over there.')
    expect([same.code, inUse.code, apart.code]).toEqual([2, 2, 0])
    expect(apart.stderr).toContain('Imported 8 jobs with 9 videos')
  })
})
