import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { fakeSource, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { preferredWaitSeconds, waitForChange, type WaitOptions } from '../src/events/wait-for-change.ts'

describe('the preference to wait', () => {
  it.each([
    ['wait=20', 20],
    ['wait=0', 0],
    ['WAIT = 5', 5],
    ['wait="7"', 7],
    ['respond-async, wait=10; hard', 10],
    ['wait=3, wait=9', 3],
    ['wait=600', 60],
  ])('"%s" is %i seconds', (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds)
  })

  it.each([null, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'waiting=20', 'respond-async'])(
    '"%s" is none',
    (header) => {
      expect(preferredWaitSeconds(header)).toBeUndefined()
    },
  )
})

async function setUp() {
  const clock = manualClock()
  const storage = memoryStorage()
  const service = createTranscriptionService({ storage, source: fakeSource(), clock })
  onTestFinished(() => service.close())
  const { job } = await service.submit({ urls: ['dQw4w9WgXcQ', 'jNQXAC9IVRw'] })
  const gone = new AbortController()
  const wait = (options: Partial<WaitOptions> = {}) =>
    waitForChange(service, job, { owner: job.owner, waitMs: 20_000, signal: gone.signal, clock, ...options })

  /** A worker begins: the job changes, and does not end. */
  const begin = async () => {
    const worker = { id: 'w', name: 'w', leaseMs: 60_000 }
    await storage.claim({ source: 'fake', worker, limit: 1, maxCrashes: 3 })
  }
  return { clock, service, job, gone, wait, begin }
}

const within = <Value>(promise: Promise<Value>): Promise<Value | 'nothing'> =>
  Promise.race([promise, Promise.resolve('nothing' as const)])

describe('waiting for a job', () => {
  it('lasts until it has ended', async () => {
    const { clock, service, job, wait } = await setUp()
    const waiting = wait()
    await clock.advance(10_000)

    await service.cancel(job.id)

    expect(await waiting).toMatchObject({ status: 'cancelled' })
    await clock.advance(0)
    expect(clock.sleeping).toBe(0)
  })

  it('lasts no longer than was asked for', async () => {
    const { clock, wait } = await setUp()
    const waiting = wait()
    await clock.advance(19_999)
    expect(await within(waiting)).toBe('nothing')

    await clock.advance(1)

    expect(await waiting).toMatchObject({ status: 'pending' })
    expect(clock.sleeping).toBe(0)
  })

  it('is not ended by progress, unless the client names the version that it knows', async () => {
    const { clock, job, wait, begin } = await setUp()
    const forEnd = wait()
    const forNews = wait({ isNews: ({ version }) => version !== job.version })

    await begin()
    await clock.advance(1_000)

    expect(await within(forNews)).toMatchObject({ status: 'processing' })
    expect(await within(forEnd)).toBe('nothing')
    await clock.advance(20_000)
    expect(await forEnd).toMatchObject({ status: 'processing' })
  })

  it('is over at once when the job has ended, or differs from what the client knows', async () => {
    const { service, job, wait, clock } = await setUp()
    expect(await wait({ isNews: () => true })).toBe(job)
    const ended = await service.cancel(job.id)

    expect(
      await waitForChange(service, ended, { owner: job.owner, waitMs: 9, signal: new AbortController().signal, clock }),
    ).toBe(ended)
  })

  it('is over when the client goes or the server is to stop', async () => {
    const { clock, gone, wait } = await setUp()
    const waiting = wait()
    await clock.advance(1_000)

    gone.abort(new Error('The client has gone.'))

    expect(await waiting).toMatchObject({ status: 'pending' })
    await clock.advance(0)
    expect(clock.sleeping).toBe(0)
  })
})
