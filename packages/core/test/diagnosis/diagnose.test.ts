// What a service says of itself: whether transcripts can be had, and what stands in their way.
import { describe, expect, it } from 'vitest'
import { createTranscriptionService } from '../../src/create-service.ts'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import type { DiagnoseOptions } from '../../src/diagnosis/diagnosis.ts'
import type { DiagnoseSourceOptions, SourceDiagnosis } from '../../src/diagnosis/source-diagnosis.ts'
import { TranscriptionError, type ErrorCode } from '../../src/errors.ts'
import { firstOf } from '../../src/first-of/first-of.ts'
import { openGate, type Gate } from '../../src/gate.ts'
import type { TranscriptSource } from '../../src/source.ts'
import type { TranscriptionStorage } from '../../src/storage.ts'
import { ANY_REQUEST } from '../../src/testing/builders.ts'
import { failing, fakeSource } from '../../src/testing/fake-source.ts'
import { manualClock } from '../../src/testing/manual-clock.ts'

const GIVING: SourceDiagnosis = {
  source: 'tube',
  videoId: 'jNQXAC9IVRw',
  ways: [
    {
      target: 'tube.test',
      reach: { state: 'reached', ms: 12, httpStatus: 204 },
      clients: [{ name: 'APP', version: '1', state: 'gives', ms: 80, language: 'en', segments: 6 }],
    },
  ],
}

interface Parts {
  readonly source?: Partial<TranscriptSource>
  readonly gates?: TranscriptionStorage['listGates']
  readonly schemaVersion?: number
}

/** A source that remembers how it was asked, behind a storage that has these gates. */
function setUp({ source: own = {}, gates = async () => [], schemaVersion }: Parts = {}) {
  const clock = manualClock()
  const asked: Omit<DiagnoseSourceOptions, 'signal'>[] = []
  const source: TranscriptSource = {
    ...fakeSource({ id: 'tube' }),
    diagnose: async ({ signal: _signal, ...options }) => {
      asked.push(options)
      return [GIVING]
    },
    ...own,
  }
  const storage: Pick<TranscriptionStorage, 'listGates' | 'schemaVersion'> = {
    listGates: gates,
    ...(schemaVersion !== undefined && { schemaVersion }),
  }
  const run = (options: DiagnoseOptions = {}) =>
    diagnose({ source, storage: storage as TranscriptionStorage, clock }, options)
  const gateUntil = (ms: number, key = 'tube'): Gate => ({ ...openGate(key, 'tube'), closedUntil: clock.now() + ms })
  return { clock, asked, source, run, gateUntil }
}

/** What was found that is not well, with what helps. */
const troublesOf = ({ findings }: Awaited<ReturnType<typeof diagnose>>): string[] =>
  findings.flatMap((found) => (found.level === 'ok' ? [] : [`${found.level} ${found.about} ${found.remedy}`]))

describe('a diagnosis', () => {
  it('is ok when the storage answers, the gate is open and a text comes', async () => {
    const { run, asked, clock } = setUp({ schemaVersion: 2, gates: async () => [openGate('tube', 'tube')] })

    const diagnosis = await run()

    expect(diagnosis).toMatchObject({
      status: 'ok',
      checkedAt: new Date(clock.now()),
      storage: { state: 'answers', schemaVersion: 2 },
      gates: [{ key: 'tube', state: 'open' }],
      sources: [GIVING],
    })
    expect(diagnosis.findings.map(({ message }) => message)).toEqual([
      'The storage answers, with schema 2 (0 ms).',
      'The gate "tube" is open.',
      'tube.test answers (HTTP 204, 12 ms).',
      'APP 1 is given captions: 6 lines in "en" (80 ms).',
    ])
    expect(asked).toEqual([{ force: false }])
    expect(clock.sleeping).toBe(0)
  })

  it('asks for the video that it is told, and else for the one that the source knows', async () => {
    const { run, asked } = setUp()

    await run({ videoId: 'dQw4w9WgXcQ' })

    expect(asked).toEqual([{ force: false, videoId: 'dQw4w9WgXcQ' }])
  })

  it('asks nothing behind a closed gate, and says until when it is closed', async () => {
    const { run, asked, gateUntil } = setUp({ gates: async () => [gateUntil(240_000)] })

    const diagnosis = await run()

    expect(asked).toEqual([])
    expect(diagnosis).toMatchObject({
      status: 'failing',
      gates: [{ state: 'closed', until: new Date('2026-01-01T00:04:00Z') }],
      sources: [],
    })
    expect(diagnosis.findings.at(-1)).toMatchObject({
      level: 'problem',
      message:
        'The gate "tube" is closed until 2026-01-01 00:04:00Z (in 4 min): the source has refused this address. So nothing was asked now.',
      remedy: 'ask_less',
    })
  })

  it('asks behind a closed gate when it is forced to, which leaves the gate as it is', async () => {
    const { run, asked, gateUntil } = setUp({ gates: async () => [gateUntil(240_000)] })

    const diagnosis = await run({ force: true })

    expect(asked).toEqual([{ force: true }])
    expect(diagnosis.status).toBe('failing')
    expect(troublesOf(diagnosis)).toEqual(['problem gate ask_less'])
  })

  it('asks where the pause is over, and where only another lane is closed', async () => {
    const ajar = setUp({ gates: async () => [ajar.gateUntil(0)] })
    const other = setUp({ gates: async () => [other.gateUntil(60_000, 'tube:translations')] })

    expect(troublesOf(await ajar.run())).toEqual(['warning gate wait'])
    expect(troublesOf(await other.run())).toEqual(['warning gate ask_less'])
    expect([ajar.asked.length, other.asked.length]).toEqual([1, 1])
  })

  it('leaves gates of other sources out', async () => {
    const { run, asked, clock } = setUp({
      gates: async () => [{ ...openGate('podcast', 'podcast'), closedUntil: clock.now() + 60_000 }],
    })

    expect(await run()).toMatchObject({ status: 'ok', gates: [] })
    expect(asked).toHaveLength(1)
  })

  it('goes on where the storage cannot be read, and says so', async () => {
    const away = setUp({ gates: () => Promise.reject(failing('storage_unavailable', { hint: 'Start it.' })) })

    const diagnosis = await away.run()

    expect(diagnosis).toMatchObject({ status: 'failing', storage: { state: 'failing' }, sources: [GIVING] })
    expect(diagnosis.findings[0]).toMatchObject({ level: 'problem', about: 'storage', advice: 'Start it.' })
  })

  it('does not wait for ever for a storage that hangs, nor for a source', async () => {
    const { run, clock } = setUp({
      gates: () => new Promise(() => undefined),
      source: { diagnose: () => new Promise(() => undefined) },
    })

    const diagnosing = run()
    await clock.advance(5_000)
    await clock.advance(60_000)

    expect(await diagnosing).toMatchObject({
      storage: { state: 'failing', error: { code: 'storage_unavailable' } },
      sources: [{ source: 'tube', ways: [{ reach: { state: 'unreachable', at: 'timeout', ms: 60_000 } }] }],
    })
    expect(clock.sleeping).toBe(0)
  })

  it('makes a finding of whatever a source throws', async () => {
    const { run } = setUp({ source: { diagnose: () => Promise.reject(new TypeError('a fault')) } })

    const diagnosis = await run()

    expect(diagnosis.status).toBe('failing')
    expect(diagnosis.sources[0]?.ways[0]?.reach).toMatchObject({
      state: 'unreachable',
      at: 'answer',
      error: { code: 'internal', message: 'TypeError: a fault' },
    })
  })

  it('ends with the reason of the signal, and with nothing else', async () => {
    const { run } = setUp({ source: { diagnose: () => new Promise(() => undefined) } })
    const controller = new AbortController()
    const reason = new Error('nobody wants it')

    const diagnosing = run({ signal: controller.signal })
    controller.abort(reason)

    await expect(diagnosing).rejects.toBe(reason)
    await expect(run({ signal: controller.signal })).rejects.toBe(reason)
  })

  it('of a source that can only be checked says whether it answers', async () => {
    const fine = setUp()
    const { diagnose: _can, ...rest } = fine.source
    const run = (source: TranscriptSource) => diagnose({ source, clock: fine.clock }, {})

    expect(await run({ ...rest, check: async () => undefined })).toMatchObject({
      status: 'ok',
      storage: { state: 'absent' },
      sources: [{ source: 'tube', ways: [{ target: 'tube', reach: { state: 'reached' } }] }],
    })
    expect(
      await run({ ...rest, check: () => Promise.reject(new TranscriptionError('source_unreachable', 'No folder.')) }),
    ).toMatchObject({
      status: 'failing',
      findings: [{ message: 'tube cannot be used: No folder.', remedy: 'look_at_source' }],
    })
    expect(await run(rest)).toMatchObject({ status: 'ok', sources: [{ source: 'tube', ways: [] }] })
  })

  it('is what a service gives of its own parts', async () => {
    const { source, asked } = setUp()
    const storage = { listGates: async () => [] } as unknown as TranscriptionStorage
    const service = createTranscriptionService({ storage, source })

    expect((await service.diagnose({ videoId: 'dQw4w9WgXcQ' })).sources).toEqual([GIVING])
    expect(asked).toEqual([{ force: false, videoId: 'dQw4w9WgXcQ' }])
  })
})

describe('a diagnosis of several sources', () => {
  const failingWith = (code: ErrorCode) => () => Promise.reject(new TranscriptionError(code, 'No.'))
  const blocked: SourceDiagnosis = {
    source: 'a',
    ways: [
      {
        target: 'a.test',
        reach: { state: 'reached', ms: 1 },
        clients: [
          {
            name: 'APP',
            state: 'blocked',
            ms: 1,
            error: { code: 'source_blocked', message: 'Not a person.', hint: '', retryable: true },
          },
        ],
      },
    ],
  }

  it('has each of them, and is degraded while one gives', async () => {
    const clock = manualClock()
    const a: TranscriptSource = { ...fakeSource({ id: 'a' }), diagnose: async () => [blocked] }
    const b: TranscriptSource = { ...fakeSource({ id: 'b' }), diagnose: async () => [{ ...GIVING, source: 'b' }] }

    const diagnosis = await diagnose({ source: firstOf([a, b], { clock }), clock }, {})
    const alone = await diagnose({ source: a, clock }, {})

    expect(diagnosis.sources.map(({ source }) => source)).toEqual(['a', 'b'])
    expect(diagnosis.status).toBe('degraded')
    expect(troublesOf(diagnosis)).toEqual(['warning source ask_less'])
    expect(alone.status).toBe('failing')
  })

  // A folder that is there made it green, whatever was wrong with the source that has all the videos.
  it.each([
    ['is blocked', async () => [blocked], 'a.test answers (1 ms).'],
    ['cannot be reached', failingWith('source_unreachable'), 'a cannot be used: No.'],
  ])('is failing where one that is merely there stands beside one that %s', async (_what, find, said) => {
    const clock = manualClock()
    const a: TranscriptSource = { ...fakeSource({ id: 'a' }), diagnose: find }
    const folder: TranscriptSource = { ...fakeSource({ id: 'folder' }), check: async () => undefined }

    const diagnosis = await diagnose({ source: firstOf([a, folder], { clock }), clock }, {})

    expect(diagnosis.status).toBe('failing')
    expect(diagnosis.findings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([said, 'folder answers (0 ms). Whether a text comes from it is not known.']),
    )
  })

  it('is ok where one gives a text beside one that is merely there', async () => {
    const clock = manualClock()
    const gives: TranscriptSource = { ...fakeSource({ id: 'tube' }), diagnose: async () => [GIVING] }
    const folder: TranscriptSource = { ...fakeSource({ id: 'folder' }), check: async () => undefined }

    expect(await diagnose({ source: firstOf([folder, gives], { clock }), clock }, {})).toMatchObject({ status: 'ok' })
  })

  it('is degraded where none can show a text, and one of them is not there', async () => {
    const clock = manualClock()
    const there: TranscriptSource = { ...fakeSource({ id: 'there' }), check: async () => undefined }
    const away: TranscriptSource = { ...fakeSource({ id: 'away' }), check: failingWith('source_unreachable') }

    const diagnosis = await diagnose({ source: firstOf([away, there], { clock }), clock }, {})

    expect(diagnosis.status).toBe('degraded')
    expect(diagnosis.findings.at(-1)).toEqual({ level: 'ok', about: 'source', message: 'there answers (0 ms).' })
  })

  it('leaves one alone that is at rest, unless it is forced', async () => {
    const clock = manualClock()
    let asked = 0
    const a: TranscriptSource = {
      ...fakeSource({ id: 'a', otherwise: failing('source_blocked') }),
      diagnose: async () => {
        asked += 1
        return [blocked]
      },
    }
    const source = firstOf([a, fakeSource({ id: 'b' })], { clock })
    const signal = new AbortController().signal
    const permit = await source.admit(signal)
    await source.fetch({ videoId: 'gettysburg1' }, { request: ANY_REQUEST, permit, signal })

    const [resting] = (await source.diagnose?.({ signal })) ?? []

    expect(asked).toBe(0)
    expect(resting?.ways[0]?.reach).toEqual({ state: 'paused', until: new Date(clock.now() + 30_000) })
    await source.diagnose?.({ signal, force: true })
    expect(asked).toBe(1)
  })

  it('is not hidden by one that hangs', async () => {
    const clock = manualClock()
    const hangs: TranscriptSource = { ...fakeSource({ id: 'a' }), diagnose: () => new Promise(() => undefined) }
    const gives: TranscriptSource = { ...fakeSource({ id: 'b' }), diagnose: async () => [GIVING] }

    const diagnosing = diagnose({ source: firstOf([hangs, gives], { clock }), clock }, {})
    await clock.advance(60_000)

    expect(await diagnosing).toMatchObject({
      status: 'degraded',
      sources: [{ ways: [{ reach: { state: 'unreachable', at: 'timeout' } }] }, GIVING],
    })
  })
})
