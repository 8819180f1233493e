import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService, TranscriptionError, type TranscriptionStorage } from '@ytscriptify/core'
import { fakeSource, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { responseOf } from '../src/answers.ts'
import { jobEvents, type JobEventsOptions } from '../src/events/job-events.ts'

const OWNER = 'anna'

function setUp() {
  const clock = manualClock()
  let isAway = false
  const memory = memoryStorage()
  const storage: TranscriptionStorage = {
    ...memory,
    getJob(query) {
      if (isAway) throw new TranscriptionError('storage_unavailable', 'The database cannot be reached.')
      return memory.getJob(query)
    },
  }
  const source = fakeSource()
  const service = createTranscriptionService({ storage, source, clock })
  // Its events reach nobody here: what it does is only seen in the storage.
  const otherProcess = createTranscriptionService({ storage: memory, source, clock })
  onTestFinished(() => service.close())
  const faults: unknown[] = []
  const gone = new AbortController()

  const submit = async () => (await service.submit({ urls: ['dQw4w9WgXcQ', 'jNQXAC9IVRw'], owner: OWNER })).job
  const open = async (id: string, options: Partial<JobEventsOptions> = {}) => {
    const answer = await jobEvents(service, {
      id,
      owner: OWNER,
      signal: gone.signal,
      clock,
      onFault: (error) => void faults.push(error),
      ...options,
    })
    const response = responseOf(answer)
    return { response, reader: readerOf(response) }
  }
  /** How many watch a job or keep a stream alive: each waits for its next look, or for its next ping. */
  const sleeping = async (): Promise<number> => {
    await clock.advance(0)
    return clock.sleeping
  }
  return {
    clock,
    sleeping,
    service,
    otherProcess,
    faults,
    gone,
    submit,
    open,
    setAway: (away: boolean) => void (isAway = away),
  }
}

function readerOf({ body }: Response) {
  const reader = body?.getReader()
  const decoder = new TextDecoder()
  return {
    /** One piece of the stream, or `undefined` at its end. */
    read: async (): Promise<string | undefined> => {
      const piece = await reader?.read()
      return piece?.value instanceof Uint8Array ? decoder.decode(piece.value) : undefined
    },
    cancel: () => reader?.cancel(),
  }
}

/** The events of a piece: `job 1 pending`. */
const eventsIn = (piece: string | undefined): readonly string[] =>
  [...(piece ?? '').matchAll(/^event: (.+)\nid: (.+)\ndata: (.+)\n\n/gm)].map(
    ([, event, id, data]) => `${event} ${id} ${JSON.parse(data ?? '').status}`,
  )

describe('the events of a job', () => {
  it('begin with the job as it is, with its version as the id', async () => {
    const { submit, open } = setUp()
    const { id } = await submit()

    const { response, reader } = await open(id)

    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-store',
      'x-accel-buffering': 'no',
    })
    const piece = await reader.read()
    expect(piece).toMatch(/^retry: 3000\n\nevent: job\nid: \d+\ndata: \{"job_id":/)
    expect(eventsIn(piece)).toEqual(['job 1 pending'])
    await reader.cancel()
  })

  it('tell of each change, and close after the end', async () => {
    const { submit, open, service } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)
    await reader.read()

    const change = reader.read()
    await service.cancel(id)

    expect(eventsIn(await change)).toEqual(['job 2 cancelled', 'end 2 cancelled'])
    expect(await reader.read()).toBeUndefined()
  })

  it('tell of an end that another process made', async () => {
    const { clock, submit, open, otherProcess } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)
    await reader.read()

    const change = reader.read()
    await otherProcess.cancel(id)
    await clock.advance(1_000)

    expect(eventsIn(await change)).toEqual(['job 2 cancelled', 'end 2 cancelled'])
  })

  it('tell of an end that came while the client took its time', async () => {
    const { submit, open, service } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)

    await service.cancel(id)

    expect(eventsIn(await reader.read())).toEqual(['job 1 pending'])
    expect(eventsIn(await reader.read())).toEqual(['job 2 cancelled', 'end 2 cancelled'])
  })

  it('of a job that has ended are told once, and close', async () => {
    const { submit, open, service } = setUp()
    const { id } = await submit()
    await service.cancel(id)

    const { reader } = await open(id)

    expect(eventsIn(await reader.read())).toEqual(['job 2 cancelled', 'end 2 cancelled'])
    expect(await reader.read()).toBeUndefined()
  })

  it('show no texts', async () => {
    const { submit, open } = setUp()
    const { id } = await submit()

    const { reader } = await open(id)

    expect(await reader.read()).not.toContain('results')
    await reader.cancel()
  })

  it('send a comment after each 15 seconds of silence', async () => {
    const { clock, submit, open } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)
    await reader.read()
    const pieces: unknown[] = []

    for (let pings = 0; pings < 2; pings += 1) {
      const piece = reader.read()
      await clock.advance(14_999)
      pieces.push(await Promise.race([piece, Promise.resolve('nothing')]))
      await clock.advance(1)
      pieces.push(await piece)
    }

    expect(pieces).toEqual(['nothing', ': ping\n\n', 'nothing', ': ping\n\n'])
    await reader.cancel()
  })
})

describe('a client that comes back', () => {
  it('is told of the next version when it has seen the current one', async () => {
    const { submit, open, service } = setUp()
    const { id } = await submit()
    const { reader } = await open(id, { lastEventId: '1' })

    expect(await reader.read()).toBe('retry: 3000\n\n')
    const change = reader.read()
    await service.cancel(id)

    expect(eventsIn(await change)).toEqual(['job 2 cancelled', 'end 2 cancelled'])
  })

  it.each(['0', 'garbage', '99999999999999999999', '', '1 '])(
    'with the id "%s" is told how the job is now',
    async (last) => {
      const { submit, open } = setUp()
      const { id } = await submit()

      const { reader } = await open(id, { lastEventId: last })

      expect(eventsIn(await reader.read())).toEqual(['job 1 pending'])
      await reader.cancel()
    },
  )

  it('that has seen the end is told with 204 not to come again', async () => {
    const { sleeping, submit, open, service } = setUp()
    const { id } = await submit()
    await service.cancel(id)

    const { response } = await open(id, { lastEventId: '2' })

    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
    expect(await sleeping()).toBe(0)
  })
})

describe('a stream of events', () => {
  it('is not begun for a job that is not there, or somebody else’s', async () => {
    const { submit, open } = setUp()
    const { id } = await submit()

    await expect(open(id, { owner: 'bert' })).rejects.toMatchObject({ code: 'job_not_found' })
  })

  it('stops watching when the client goes, whether it was waiting or not', async () => {
    const { clock, sleeping, submit, open, faults } = setUp()
    const { id } = await submit()
    const waiting = await open(id)
    await waiting.reader.read()
    const pending = waiting.reader.read()
    const idle = await open(id)
    expect(await sleeping()).toBeGreaterThan(0)

    await Promise.all([waiting.reader.cancel(), idle.reader.cancel()])

    expect(await pending).toBeUndefined()
    expect(await sleeping()).toBe(0)
    await clock.advance(0)
    expect(clock.sleeping).toBe(0)
    expect(faults).toEqual([])
  })

  it('stops watching when it has told of the end', async () => {
    const { clock, sleeping, submit, open, service } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)
    await service.cancel(id)
    await reader.read()
    await reader.read()
    await reader.read()

    expect(await sleeping()).toBe(0)
    await clock.advance(0)
    expect(clock.sleeping).toBe(0)
  })

  it('of which only the head is wanted watches nothing', async () => {
    const { sleeping, submit, open } = setUp()
    const { id } = await submit()

    const { response } = await open(id, { isHead: true })

    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.body).toBeNull()
    expect(await sleeping()).toBe(0)
  })

  it('ends politely when the server is to stop', async () => {
    const { sleeping, submit, open, gone, faults } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)
    await reader.read()
    const piece = reader.read()

    gone.abort(new Error('The server is closing.'))

    expect(await piece).toBeUndefined()
    expect(await sleeping()).toBe(0)
    expect(faults).toEqual([])
  })

  it('outlives a storage that is away for a while', async () => {
    const { clock, submit, open, otherProcess, setAway } = setUp()
    const { id } = await submit()
    const { reader } = await open(id)
    await reader.read()
    const piece = reader.read()
    setAway(true)
    await otherProcess.cancel(id)
    await clock.advance(10_000)

    setAway(false)
    await clock.advance(1_000)

    expect(eventsIn(await piece)).toEqual(['job 2 cancelled', 'end 2 cancelled'])
  })

  it('breaks off when the job cannot be read any more, and the host hears of it', async () => {
    const { service, clock, submit, faults } = setUp()
    const { id } = await submit()
    const fault = new Error('corrupt')
    const [job] = (await service.list()).jobs
    const broken = {
      ...service,
      async *watch() {
        yield job!
        throw fault
      },
    }
    const answer = await jobEvents(broken, {
      id,
      owner: OWNER,
      signal: new AbortController().signal,
      clock,
      onFault: (error) => void faults.push(error),
    })

    await expect(responseOf(answer).text()).rejects.toBe(fault)
    expect(faults).toEqual([fault])
  })

  it('is heard by 200 clients at once, each of which hears the end', async () => {
    const { sleeping, submit, open, service } = setUp()
    const { id } = await submit()
    const clients = await Promise.all(Array.from({ length: 200 }, () => open(id)))
    const ends = clients.map(async ({ reader }) => {
      let heard = ''
      for (let piece = await reader.read(); piece !== undefined; piece = await reader.read()) heard += piece
      return eventsIn(heard).at(-1)
    })

    await service.cancel(id)

    expect(new Set(await Promise.all(ends))).toEqual(new Set(['end 2 cancelled']))
    expect(await sleeping()).toBe(0)
  })
})
