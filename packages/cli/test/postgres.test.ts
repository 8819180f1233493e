// The command on PostgreSQL: everything that it does on a SQLite file, for any number of processes.
import pg from 'pg'
import { createTestDatabase } from '@ytscriptify/test-servers'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { eventually } from '@ytscriptify/core/testing'
import { API_KEY, SECRET_KEY, startReceiver, startServer } from './support/server.ts'
import { bulkIds, linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace
let database: { readonly url: string; readonly drop: () => Promise<void> }
let env: Record<string, string>
beforeEach(async () => {
  place = await openWorkplace()
  database = await createTestDatabase(inject('postgresUrl'))
  env = { DATABASE_URL: database.url.replace('postgresql:', 'postgresql+psycopg2:') }
})
afterEach(async () => {
  await place.close()
  await database.drop()
})

async function rowsOf(query: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query(query)).rows
  } finally {
    await client.end()
  }
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

describe('on PostgreSQL', () => {
  it('transcribe stores videos and prints them, and says which database has them', async () => {
    const { stdout, stderr, code } = await place.run(['transcribe', 'gettysburg1', 'private_vid', '--json'], { env })

    expect(linesOf(stdout).map(({ status }) => status)).toEqual(['completed', 'failed'])
    expect(stderr).toMatch(
      new RegExp(`^Job \\S+: 2 videos, stored in 127\\.0\\.0\\.1:\\d+/${nameOf(database.url)}$`, 'm'),
    )
    expect(code).toBe(3)
    expect(place.hasDatabase()).toBe(false)
  })

  it('a job that is not there names the database, and not its password', async () => {
    const url = new URL(database.url)
    const { stderr, code } = await place.run(['status', '0190b7a0-0000-7000-8000-000000000000'], { env })

    expect(stderr).toContain(`hint: Looked in ${url.host}${url.pathname}; DATABASE_URL names another.`)
    expect(code).toBe(2)
  })

  it('servers and workers share jobs, and the callback of each comes once', async () => {
    const receiver = await startReceiver()
    const shared = { ...env, SECRET_KEY, WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const workers = [1, 2].map((n) =>
      place.start(['worker', '--name', `worker${n}@%h`, '--concurrency', '2'], { env: shared }),
    )
    await Promise.all(workers.map((worker) => worker.until('stderr', /worker\.started .*database=127/)))
    const server = await startServer(place, { args: ['--no-worker'], env: shared })

    const jobId = await server.submit(bulkIds(12), receiver.url)
    const job = await server.ended(jobId)
    const [callback] = await receiver.count(1)
    const shown = await place.run(['inspect', 'workers'], { env })
    await server.stop()
    for (const worker of workers) worker.child.kill('SIGTERM')
    const ended = await Promise.all(workers.map((worker) => worker.ended))
    await receiver.close()

    expect(job).toMatchObject({ status: 'completed', counts: { completed: 12 } })
    expect(JSON.parse(callback!.body)).toMatchObject({ type: 'job.completed', data: { job_id: jobId } })
    expect(receiver.received).toHaveLength(1)
    expect(shown.stdout).toMatch(/^worker1@.* alive .*\nworker2@.* alive /m)
    expect(ended.map(({ code }) => code)).toEqual([0, 0])
    expect(new Set(place.youtube.requests.map(({ videoId }) => videoId)).size).toBe(12)
  })

  it('a worker hears of a job at once, and whoever waits of its end: PostgreSQL tells them', async () => {
    const worker = place.start(['worker'], { env: { ...env, SECRET_KEY } })
    await worker.until('stderr', /worker\.started/)
    const server = await startServer(place, { args: ['--no-worker'], env })
    const times: number[] = []

    for (const id of bulkIds(5)) {
      const start = performance.now()
      await server.ended(await server.submit([id]))
      times.push(performance.now() - start)
    }
    await server.stop()

    // Looking by themselves, the one finds it after 0 to 3 s, and the other its end after 0 to 1 s.
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(500)
  })

  it('a job is cancelled in another process while a worker is at it', async () => {
    place.youtube.behave({ how: 'hang' })
    const worker = place.start(['worker'], { env: { ...env, SECRET_KEY } })
    const server = await startServer(place, { args: ['--no-worker'], env })
    const id = await server.submit(['bulk0000001'])
    await worker.until('stderr', /job\.processing/)

    await place.run(['cancel', id], { env })
    await eventually(
      async () => JSON.parse((await place.run(['inspect', 'active', '--json'], { env })).stdout).active.length === 0,
      {
        what: 'nothing is worked on',
      },
    )
    worker.child.kill('SIGTERM')
    await server.stop()

    expect((await worker.ended).code).toBe(0)
    expect(await rowsOf('select status from transcripts')).toEqual([{ status: 'cancelled' }])
  })

  it('inspect and purge see what all processes do', async () => {
    await place.run(['transcribe', ...bulkIds(3), '--max-wait', '0s'], { env })

    const stats = await place.run(['inspect', 'stats', '--json'], { env })
    const purged = await place.run(['purge', '--older-than', '1h'], { env })

    expect(JSON.parse(stats.stdout)).toMatchObject({ transcripts: { due: 3 } })
    expect(purged.stderr).toBe('Deleted 0 jobs that ended more than 1h ago.\n')
  })

  it('a server that cannot be reached is named without its password', async () => {
    const away = { DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:1/jobs', API_KEY, SECRET_KEY }

    const results = await Promise.all([
      place.run(['jobs'], { env: away }),
      place.run(['migrate'], { env: away }),
      place.run(['serve'], { env: away }),
    ])

    for (const { stdout, stderr, code } of results) {
      expect(stderr).toMatch(/^error: .*127\.0\.0\.1:1/)
      expect(stdout + stderr).not.toContain('hunter2')
      expect(code).toBe(2)
    }
  })
})

describe('ytscriptify migrate on PostgreSQL', () => {
  it('makes the schema, in a schema of its own where one is named', async () => {
    const { stderr, code } = await place.run(['migrate'], { env: { ...env, DATABASE_SCHEMA: 'captions' } })

    expect(stderr).toMatch(/^Ready: 127\.0\.0\.1:\d+\/\S+ has the schema of this version\.\n$/)
    expect(code).toBe(0)
    expect(await rowsOf("select table_schema from information_schema.tables where table_name = 'jobs'")).toEqual([
      { table_schema: 'captions' },
    ])
  })

  it('prints the statements for whoever applies them himself', async () => {
    const { stdout, stderr, code } = await place.run(['migrate', '--sql'], { env })

    await rowsOf(`begin; ${stdout} commit;`)
    const ready = await place.run(['jobs'], { env })

    expect(stdout).toContain('create table')
    expect([stderr, code, ready.code]).toEqual(['', 0, 0])
  })

  it('prints nothing of the kind for SQLite', async () => {
    const { stderr, code } = await place.run(['migrate', '--sql'])

    expect(stderr).toContain('Only a schema of PostgreSQL is printed as SQL.')
    expect(code).toBe(2)
  })
})
