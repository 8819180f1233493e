import { describe, expect, it } from 'vitest'
import { createTranscriptionService } from '../src/create-service.ts'
import { openGate, type Gate } from '../src/gate.ts'
import type { TranscriptionStorage } from '../src/storage.ts'
import { eventually } from '../src/testing/eventually.ts'
import { failing, fakeSource, type FakeSourceOptions } from '../src/testing/fake-source.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import type { Track } from '../src/transcript.ts'

const TRACKS: readonly Track[] = [
  { language: 'en', kind: 'manual', name: 'English', translatable: true, translatesTo: ['de'] },
  { language: 'en', kind: 'generated' },
]

function setUp({ gates = [], ...options }: FakeSourceOptions & { readonly gates?: readonly Gate[] } = {}) {
  const clock = manualClock()
  // Whatever else were asked of it would fail.
  const storage = { listGates: async () => gates } as unknown as TranscriptionStorage
  const source = fakeSource({ tracks: TRACKS, ...options })
  return { clock, source, service: createTranscriptionService({ storage, source, clock }) }
}

describe('the tracks of a video', () => {
  it('are listed by the source, and nothing is stored', async () => {
    const { service, source } = setUp()

    expect(await service.tracks('https://example.test/dQw4w9WgXcQ')).toEqual({
      videoId: 'dQw4w9WgXcQ',
      tracks: TRACKS,
    })
    expect(source.fetched).toEqual([])
  })

  it('are of the video that the service finds in the URL, which asks nobody', () => {
    const { service, source } = setUp({ tracks: () => Promise.reject(new Error('It was asked.')) })

    expect(service.parse('https://example.test/dQw4w9WgXcQ')).toEqual({ videoId: 'dQw4w9WgXcQ' })
    expect(service.parse('https://evil.test/')).toBeUndefined()
    expect(source.fetched).toEqual([])
  })

  it('are not asked for where the source knows no such video, or cannot list any', async () => {
    await expect(setUp().service.tracks('https://evil.test/')).rejects.toMatchObject({ code: 'unsupported_url' })

    const service = createTranscriptionService({ storage: {} as TranscriptionStorage, source: fakeSource() })
    await expect(service.tracks('dQw4w9WgXcQ')).rejects.toMatchObject({
      code: 'not_supported',
      retryable: false,
      message: 'The source "fake" does not list the tracks of a video.',
    })
  })

  it('cannot be had for the reason that the source gives', async () => {
    const { service } = setUp({ tracks: failing('video_private') })

    await expect(service.tracks('dQw4w9WgXcQ')).rejects.toMatchObject({ code: 'video_private' })
  })

  it('are not asked for while the source has a pause for all processes, and are when it is over', async () => {
    const clock = manualClock()
    const closed = { ...openGate('fake', 'fake'), closedUntil: clock.now() + 60_000 }
    const others = { ...openGate('fake', 'another'), closedUntil: clock.now() + 600_000 }
    const { service, clock: ours } = setUp({ gates: [others, closed], tracks: async () => TRACKS })

    await expect(service.tracks('dQw4w9WgXcQ')).rejects.toMatchObject({
      code: 'source_rate_limited',
      retryAt: new Date(closed.closedUntil),
    })

    await ours.advance(60_000)
    expect((await service.tracks('dQw4w9WgXcQ')).tracks).toEqual(TRACKS)
  })

  it('are waited for as long as the caller wants, and for half a minute where he does not say', async () => {
    const asked: AbortSignal[] = []
    const { service, clock } = setUp({
      tracks: (_video, { signal }) =>
        new Promise((_resolve, reject) => {
          asked.push(signal)
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    })
    const gone = new Error('gone')
    const caller = new AbortController()
    const left = service.tracks('dQw4w9WgXcQ', { signal: caller.signal })
    const slow = service.tracks('dQw4w9WgXcQ')
    const outcomes = Promise.allSettled([left, slow])
    await eventually(() => asked.length === 2, { what: 'the source is asked twice' })

    caller.abort(gone)
    await clock.advance(30_000)

    expect(await outcomes).toMatchObject([
      { reason: gone },
      { reason: { code: 'source_timeout', message: 'The tracks of dQw4w9WgXcQ did not arrive within 30000 ms.' } },
    ])
    expect(asked.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  // It stood outside of the limit: a storage that hangs held the caller for ever.
  it('are waited for no longer where it is the storage that hangs', async () => {
    const clock = manualClock()
    let reads = 0
    const listGates = (): Promise<never> => {
      reads += 1
      return new Promise(() => undefined)
    }
    const storage = { listGates } as unknown as TranscriptionStorage
    const source = fakeSource({ tracks: () => Promise.reject(new Error('It was asked.')) })
    const service = createTranscriptionService({ storage, source, clock })
    const gone = new Error('gone')
    const caller = new AbortController()
    const left = service.tracks('dQw4w9WgXcQ', { signal: caller.signal })
    const slow = service.tracks('dQw4w9WgXcQ', { timeoutMs: 1_000 })
    const outcomes = Promise.allSettled([left, slow])
    await eventually(() => reads === 2, { what: 'the storage is asked twice' })

    caller.abort(gone)
    await clock.advance(1_000)

    expect(await outcomes).toMatchObject([{ reason: gone }, { reason: { code: 'source_timeout' } }])
  })

  it('are refused by a service that is closed, as a diagnosis is', async () => {
    const storage = { close: async () => undefined } as unknown as TranscriptionStorage
    const service = createTranscriptionService({ storage, source: fakeSource({ tracks: TRACKS }) })
    await service.close()

    const closed = { code: 'storage_unavailable', message: 'The service is closed.' }
    await expect(service.tracks('dQw4w9WgXcQ')).rejects.toMatchObject(closed)
    await expect(service.diagnose()).rejects.toMatchObject(closed)
  })

  it('are not asked for by a caller who has gone before', async () => {
    const { service } = setUp({ tracks: () => Promise.reject(new Error('It was asked.')) })
    const gone = new Error('gone')

    await expect(service.tracks('dQw4w9WgXcQ', { signal: AbortSignal.abort(gone) })).rejects.toBe(gone)
  })
})
