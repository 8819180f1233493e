import { describeQueue, eventually, manualClock, type ManualClock } from '@ytscriptify/core/testing'
import type { Hint, JobNote, JobQueue } from '@ytscriptify/core'
import { startPostgres } from '@ytscriptify/test-servers'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { postgresQueue, type PostgresQueueOptions } from '../src/index.ts'
import { useDatabase } from './postgres-harness.ts'
import { runProgram } from './run-program.ts'
import { startSilentServer } from './silent-server.ts'

const database = useDatabase()
let channels = 0

describe('with a connection of its own', () => {
  describeQueue({
    runner: { describe, it },
    carriesNotes: true,
    createHarness: () => createHarness((channel) => ({ connectionString: database.url(), channel })),
  })
})

describe('with a pool of the host', () => {
  describeQueue({
    runner: { describe, it },
    carriesNotes: true,
    createHarness: () => createHarness((channel) => ({ pool: database.pool(), channel })),
  })
})

describe('a connection that listens', () => {
  it.each([
    ['its own', (connectionString: string) => ({ connectionString })],
    ['one of a pool', (connectionString: string) => ({ pool: poolOn(connectionString) })],
  ])(
    'and is ended by the server is made anew, and every consumer is told that there may be work: %s',
    async (name, to) => {
      const errors: unknown[] = []
      const { queue, hints } = await listening({ ...to(named(name)), onError: (error) => errors.push(error) })
      const told = hints.length

      await endConnections(name)

      await eventually(() => hints.length > told, { what: 'the consumer is told', withinMs: 10_000 })
      expect(hints.at(-1)).toEqual({ source: 'fake' })
      expect(errors).toHaveLength(1)
      await queue.push({ source: 'fake', count: 7 })
      await eventually(() => hints.some(({ count }) => count === 7), { what: 'hints come through again' })
    },
  )

  it('that cannot be had within 10 seconds is given up, and asked for again', async () => {
    const clock = manualClock()
    const errors: unknown[] = []
    const connectionString = await startSilentServer()
    const queue = opened({ connectionString, clock, random: () => 0.5, onError: (error) => errors.push(error) })
    void queue.consume(() => undefined, { source: 'fake', signal: new AbortController().signal })

    await clock.advance(9_999)
    const early = errors.length
    await passing(clock, () => errors.length === 2)

    expect(early).toBe(0)
    expect(String(errors[0])).toMatch(/did not give a connection that listens within 10000 ms/)
    expect(JSON.stringify(errors) + errors.map(String).join()).not.toContain('secret')
    expect(queue.isConnected?.()).toBe(false)
  })

  it('is waited for in a pool that has none left, and given back when it comes too late', async () => {
    const clock = manualClock()
    const errors: unknown[] = []
    const pool = new pg.Pool({ connectionString: database.url(), max: 1 })
    const taken = await pool.connect()
    const queue = opened({ pool, clock, onError: (error) => errors.push(error) })
    void queue.consume(() => undefined, { source: 'fake', signal: new AbortController().signal })

    await passing(clock, () => errors.length === 1)
    await queue.close()
    taken.release()

    const { rows } = await pool.query('select 1 as one')
    expect(rows).toEqual([{ one: 1 }])
    await pool.end()
  })
})

describe('a hint', () => {
  it('is waited for by its sender for 250 ms at most, when the server does not answer', async () => {
    const clock = manualClock()
    const errors: unknown[] = []
    const connectionString = await startSilentServer()
    const queue = opened({ connectionString, clock, onError: (error) => errors.push(error) })

    const pushing = queue.push({ source: 'fake' })
    await clock.advance(249)
    expect(errors).toEqual([])
    await clock.advance(1)
    await pushing

    expect(errors.map(String)).toEqual(['Error: PostgreSQL did not take a notification within 250 ms.'])
  })

  it.each([
    ['no JSON', 'hello'],
    ['JSON of somebody else', '{"hint":{"source":7}}'],
    ['a list', '[1,2]'],
    ['null', 'null'],
    ['nothing', ''],
    ['a note without a job', '{"note":{"cancelled":true}}'],
  ])('is not seen in what somebody else sends over the channel: %s', async (_what, payload) => {
    const { queue, hints, notes, channel } = await listening({ connectionString: database.url() })
    const told = [hints.length, notes.length]

    await database.pool().query('select pg_notify($1, $2)', [channel, payload])
    await queue.push({ source: 'fake', count: 7 })
    await eventually(() => hints.some(({ count }) => count === 7), { what: 'the next hint arrives' })

    expect([hints.length, notes.length]).toEqual([(told[0] ?? 0) + 1, told[1]])
  })

  it.each(['Two "words"', 'x'.repeat(64)])(
    'goes over the channel that was named, whatever its name: %s',
    async (channel) => {
      const { queue, hints } = await listening({ connectionString: database.url(), channel })

      await queue.push({ source: 'fake', count: 7 })

      await eventually(() => hints.some(({ count }) => count === 7), { what: 'the hint arrives' })
    },
  )
})

describe('closing', () => {
  it('ends while the server is away', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const errors: unknown[] = []
    const { queue } = await listening({ connectionString: server.url, onError: (error) => errors.push(error) })
    await server.pause('immediate')
    await eventually(() => errors.length > 0, { what: 'the loss is noticed' })

    await queue.close()

    expect(queue.isConnected?.()).toBe(false)
  })

  it('ends while it still connects to a server that does not answer', async () => {
    const queue = opened({ connectionString: await startSilentServer() })
    void queue.push({ source: 'fake' })

    await queue.close()

    expect(queue.isConnected?.()).toBe(false)
  })

  // The farewell of node-postgres waits for an answer.
  it('ends when the server has stopped answering', async () => {
    const { queue } = await listening({ connectionString: named('stopped') })
    const { rows } = await database.pool().query<{ pid: number }>(CONNECTIONS, ['stopped'])
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP')
    onTestFinished(() => rows.forEach(({ pid }) => process.kill(pid, 'SIGCONT')))

    await queue.close()

    expect(rows).toHaveLength(1)
    expect(queue.isConnected?.()).toBe(false)
  })

  it('lets the process end by itself', async () => {
    const { code, output } = await runProgram('queue-ends.mjs', [database.url()])

    expect({ code, output }).toEqual({ code: 0, output: 'hint fake\nclosed\n' })
  })
})

describe('a connection string', () => {
  it.each(['', ' ', 'postgresql://ada:sec/ret@db/transcripts'])(
    'that cannot be read is refused before anything is opened, and not repeated: %j',
    (connectionString) => {
      expect(() => postgresQueue({ connectionString })).toThrow(
        expect.objectContaining({
          code: 'invalid_input',
          message: expect.not.stringContaining('ret'),
          hint: expect.stringContaining('postgresql://user:password@host:5432/database'),
        }),
      )
    },
  )
})

/** Connections are known by the name that their URL gives them. */
function named(name: string): string {
  const url = new URL(database.url())
  url.searchParams.set('application_name', name)
  return url.href
}

const CONNECTIONS = 'select pid from pg_stat_activity where application_name = $1'

async function endConnections(name: string): Promise<void> {
  const { rowCount } = await database.pool().query(`select pg_terminate_backend(pid) from (${CONNECTIONS})`, [name])
  expect(rowCount).toBe(1)
}

function poolOn(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString })
  onTestFinished(() => pool.end())
  return pool
}

/** Lets the time of a queue pass until something is so: between its steps there is real work, which takes real time. */
async function passing(clock: ManualClock, condition: () => boolean): Promise<void> {
  await eventually(
    async () => {
      await clock.advance(100)
      return condition()
    },
    { what: 'the time has passed' },
  )
}

function opened(options: PostgresQueueOptions & { readonly clock?: ManualClock }): JobQueue {
  const { clock } = options
  const queue = postgresQueue(options)
  onTestFinished(async () => {
    let isClosed = false
    const closing = queue.close().then(() => (isClosed = true))
    if (clock) await passing(clock, () => isClosed)
    await closing
  })
  return queue
}

/** A queue of which it is known that it listens. */
async function listening(options: PostgresQueueOptions & { readonly clock?: ManualClock }) {
  channels += 1
  const channel = options.channel ?? `own_${channels}`
  const queue = opened({ ...options, channel })
  const hints: Hint[] = []
  const notes: JobNote[] = []
  const { signal } = new AbortController()
  void queue.consume((hint) => hints.push(hint), { source: 'fake', signal })
  void queue.follow?.((note) => notes.push(note), { signal })
  await eventually(
    async () => {
      await queue.push({ source: 'fake' })
      return hints.length > 0
    },
    { what: 'it listens' },
  )
  return { queue, hints, notes, channel }
}

async function createHarness(optionsOf: (channel: string) => PostgresQueueOptions) {
  channels += 1
  const open = () => postgresQueue(optionsOf(`suite_${channels}`))
  const queues = [open()]
  const [queue = open()] = queues
  return {
    queue,
    async another() {
      const other = open()
      queues.push(other)
      return other
    },
    async dispose() {
      await Promise.all(queues.map((one) => one.close()))
    },
  }
}
