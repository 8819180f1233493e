import { describe, expect, it } from 'vitest'
import { TranscriptionError, type ErrorCode } from '../src/errors.ts'
import { firstOf, type FirstOfOptions } from '../src/first-of/first-of.ts'
import type { TranscriptSource } from '../src/source.ts'
import { ANY_REQUEST, fetchedOf } from '../src/testing/builders.ts'
import { describeSource, type SourceHarness } from '../src/testing/describe-source.ts'
import { failing, fakeSource, hanging, type FakeAnswer, type FakeSource } from '../src/testing/fake-source.ts'
import { manualClock } from '../src/testing/manual-clock.ts'
import type { FetchedTranscript } from '../src/transcript.ts'

describeSource({ runner: { describe, it }, createHarness })

const VIDEO = { videoId: 'gettysburg1' }

/** A source that answers every video alike. */
const answering = (id: string, otherwise: FakeAnswer): FakeSource => fakeSource({ id, otherwise })

/** One try, as the engine makes it. */
async function fetch(source: TranscriptSource, signal = new AbortController().signal): Promise<FetchedTranscript> {
  const permit = await source.admit(signal)
  try {
    return await source.fetch(VIDEO, { request: ANY_REQUEST, permit, signal })
  } finally {
    permit.release()
  }
}

const failureOf = async (source: TranscriptSource): Promise<TranscriptionError> => {
  try {
    await fetch(source)
  } catch (error) {
    if (error instanceof TranscriptionError) return error
    throw error
  }
  throw new Error('It gave a transcript.')
}

/** Two sources, of which the first has nothing of what the suite asks for. */
async function createHarness(): Promise<SourceHarness> {
  const captions = answering('captions', failing('transcripts_disabled'))
  const tool = fakeSource({
    id: 'tool',
    videos: { private0000: failing('video_private') },
    otherwise: async (_video, { request }) => {
      if (request.languages.includes('tlh')) throw failing('language_not_found')
      return fetchedOf('By a tool.')
    },
  })
  return {
    source: firstOf([captions, tool]),
    urls: ['https://example.test/gettysburg1', 'gettysburg1'],
    foreignUrls: ['https://example.test/', 'https://example.test/too-long-for-an-id'],
    failing: [{ url: 'private0000', code: 'video_private' }],
    missingLanguage: 'tlh',
    hang: async () => captions.answer('gettysburg1', hanging),
    dispose: async () => undefined,
  }
}

describe('sources in order', () => {
  it('give what the first one has, and the others are not asked', async () => {
    const captions = answering('captions', 'By people.')
    const tool = answering('tool', 'By a tool.')

    const { segments, metadata } = await fetch(firstOf([captions, tool]))

    expect(segments[0]?.text).toBe('By people.')
    expect(metadata.provenance).toEqual({ source: 'captions' })
    expect(tool.fetched).toEqual([])
  })

  it.each<ErrorCode>([
    'unsupported_url',
    'video_unavailable',
    'transcripts_disabled',
    'language_not_found',
    'po_token_required',
    'source_blocked',
    'source_rate_limited',
    'source_request_failed',
    'source_timeout',
    'source_unreachable',
    'empty_transcript',
  ])('go on to the next one after %s', async (code) => {
    const source = firstOf([answering('captions', failing(code)), answering('tool', 'By a tool.')])

    const { segments, metadata } = await fetch(source)

    expect(segments[0]?.text).toBe('By a tool.')
    expect(metadata.provenance).toEqual({ source: 'tool' })
  })

  it.each<ErrorCode>([
    'video_private',
    'age_restricted',
    'members_only',
    'geo_blocked',
    'account_terminated',
    'live_upcoming',
    'live_now',
  ])('end with %s, which holds for everybody who asks from here', async (code) => {
    const tool = answering('tool', 'By a tool.')

    const error = await failureOf(firstOf([answering('captions', failing(code)), tool]))

    expect(error.code).toBe(code)
    expect(tool.fetched).toEqual([])
  })

  it('go on or end as a policy says', async () => {
    const policy = { members_only: 'next', transcripts_disabled: 'stop' } as const
    const tool = answering('tool', 'By a tool.')

    const given = await fetch(firstOf([answering('captions', failing('members_only')), tool], { policy }))
    const refused = await failureOf(firstOf([answering('captions', failing('transcripts_disabled')), tool], { policy }))

    expect(given.segments[0]?.text).toBe('By a tool.')
    expect(refused.code).toBe('transcripts_disabled')
  })

  it('do not hide a fault in one of them', async () => {
    const source = firstOf([answering('captions', new TypeError('a bug')), answering('tool', 'By a tool.')])

    await expect(fetch(source)).rejects.toThrow(new TypeError('a bug'))
  })

  it('recognise what any of them does', () => {
    const podcast: TranscriptSource = {
      ...fakeSource({ id: 'podcast' }),
      parse: (url) => (url === 'podcast:one' ? { videoId: 'one' } : undefined),
    }
    const source = firstOf([fakeSource(), podcast])

    expect(source.parse('https://example.test/gettysburg1')).toEqual(VIDEO)
    expect(source.parse('podcast:one')).toEqual({ videoId: 'one' })
    expect(source.parse('https://example.test/')).toBeUndefined()
  })

  it('are stored under the name of the first, or under the one that is given', () => {
    const sources = [answering('captions', ''), answering('tool', '')]

    expect(firstOf(sources).id).toBe('captions')
    expect(firstOf(sources, { id: 'youtube' }).id).toBe('youtube')
  })
})

describe('the error of sources that all failed', () => {
  it.each<{ answers: [ErrorCode, ErrorCode]; counts: ErrorCode; why: string }>([
    {
      answers: ['transcripts_disabled', 'source_timeout'],
      counts: 'source_timeout',
      why: 'the last one may do it yet',
    },
    { answers: ['source_blocked', 'transcripts_disabled'], counts: 'transcripts_disabled', why: 'the last one knows' },
    { answers: ['source_blocked', 'video_unavailable'], counts: 'source_blocked', why: '"not here" says less' },
    {
      answers: ['source_request_failed', 'unsupported_url'],
      counts: 'source_request_failed',
      why: 'it is not its own',
    },
    { answers: ['video_unplayable', 'video_unavailable'], counts: 'video_unavailable', why: 'both say as little' },
    { answers: ['language_not_found', 'source_blocked'], counts: 'source_blocked', why: 'nobody could look further' },
  ])('is $counts of $answers: $why', async ({ answers: [first, second], counts }) => {
    const source = firstOf([answering('captions', failing(first)), answering('tool', failing(second))])

    expect(await failureOf(source)).toMatchObject({ code: counts })
  })

  it('lists what each of them answered, and has their errors as its cause', async () => {
    const retryAt = new Date('2030-01-01T00:00:00Z')
    const blocked = failing('source_blocked', { retryAt, hint: 'Wait.' })
    const gone = failing('video_unavailable')

    const error = await failureOf(firstOf([answering('captions', blocked), answering('tool', gone)]))

    expect(error.message).toBe(
      'It failed with source_blocked. Asked in order: captions source_blocked, tool video_unavailable.',
    )
    expect(error).toMatchObject({ retryable: true, retryAt, hint: 'Wait.' })
    expect((error.cause as AggregateError).errors).toEqual([blocked, gone])
  })

  it('is the error itself where only one was asked', async () => {
    const gone = failing('video_private')

    expect(await failureOf(firstOf([answering('captions', gone), answering('tool', 'By a tool.')]))).toBe(gone)
  })
})

describe('a source that refused us', () => {
  it('is passed over for a while, longer after each refusal in a row', async () => {
    const clock = manualClock()
    const captions = answering('captions', failing('source_blocked'))
    const source = firstOf([captions, answering('tool', 'By a tool.')], { clock, rest: { minMs: 100, maxMs: 300 } })
    const asked = async (): Promise<number> => {
      const before = captions.fetched.length
      await fetch(source)
      return captions.fetched.length - before
    }

    const turns: number[] = []
    for (const ms of [0, 99, 1, 199, 1, 299, 1, 299, 1]) {
      await clock.advance(ms)
      turns.push(await asked())
    }

    expect(turns).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1])
  })

  it('is passed over for as long as it says', async () => {
    const clock = manualClock()
    const retryAt = new Date(clock.now() + 5_000)
    const captions = answering('captions', failing('source_rate_limited', { retryAt }))
    const source = firstOf([captions, answering('tool', 'By a tool.')], { clock, rest: { minMs: 100, maxMs: 300 } })

    await fetch(source)
    await clock.advance(4_999)
    await fetch(source)
    const during = captions.fetched.length
    await clock.advance(1)
    await fetch(source)

    expect(during).toBe(1)
    expect(captions.fetched).toHaveLength(2)
  })

  it('is asked by one at a time after its rest, until it has answered: 20 at once', async () => {
    const clock = manualClock()
    const captions = fakeSource({ id: 'captions', videos: { gettysburg1: [failing('source_blocked'), hanging] } })
    const source = firstOf([captions, answering('tool', 'By a tool.')], { clock, rest: { minMs: 100, maxMs: 300 } })
    await fetch(source)
    await clock.advance(100)
    const leaving = new AbortController()

    const probe = fetch(source, leaving.signal)
    const others = await Promise.all(Array.from({ length: 20 }, () => fetch(source)))

    expect(captions.running).toBe(1)
    expect(others.map(({ metadata }) => metadata.provenance?.['source'])).toEqual(Array(20).fill('tool'))
    leaving.abort(new Error('enough'))
    await expect(probe).rejects.toThrow('enough')
  })

  it('rests as long after ten refusals at the same time as after one', async () => {
    const clock = manualClock()
    const captions = answering('captions', failing('source_blocked'))
    const source = firstOf([captions, answering('tool', 'By a tool.')], { clock, rest: { minMs: 100, maxMs: 10_000 } })

    await Promise.all(Array.from({ length: 10 }, () => fetch(source)))
    await clock.advance(100)
    const before = captions.fetched.length
    await fetch(source)

    expect(before).toBeGreaterThan(1)
    expect(captions.fetched).toHaveLength(before + 1)
  })

  it('is asked as before once it has answered, whatever the answer', async () => {
    const clock = manualClock()
    const captions = answering('captions', failing('source_blocked'))
    const source = firstOf([captions, answering('tool', 'By a tool.')], { clock, rest: { minMs: 100, maxMs: 300 } })
    await fetch(source)
    await clock.advance(100)
    captions.answer('gettysburg1', failing('transcripts_disabled'))

    await fetch(source)
    await fetch(source)

    expect(captions.fetched).toHaveLength(3)
  })

  it('is asked all the same where every source is at rest: the gate decides then', async () => {
    const captions = answering('captions', failing('source_blocked'))
    const tool = answering('tool', failing('source_rate_limited'))
    const source = firstOf([captions, tool], { clock: manualClock() })

    await failureOf(source)
    await failureOf(source)

    expect([captions.fetched.length, tool.fetched.length]).toEqual([2, 2])
  })
})

describe('the permits of sources in order', () => {
  it('are those of the source that is being asked, and no other', async () => {
    const seen: number[][] = []
    const captions = fakeSource({ id: 'captions', concurrency: 1, otherwise: failing('transcripts_disabled') })
    const tool: FakeSource = fakeSource({
      id: 'tool',
      concurrency: 1,
      otherwise: async () => {
        seen.push([captions.permitsOut, tool.permitsOut])
        throw failing('source_timeout')
      },
    })

    await failureOf(firstOf([captions, tool]))

    expect(seen).toEqual([[0, 1]])
    expect([captions.permitsOut, tool.permitsOut]).toEqual([0, 0])
  })

  it('come from the first source again when the engine tries once more with the same permit', async () => {
    const captions = fakeSource({ id: 'captions', concurrency: 1, otherwise: failing('source_request_failed') })
    const tool = fakeSource({ id: 'tool', concurrency: 1, otherwise: failing('source_request_failed') })
    const source = firstOf([captions, tool])
    const { signal } = new AbortController()
    const permit = await source.admit(signal)

    for (let turn = 0; turn < 3; turn += 1) {
      await expect(source.fetch(VIDEO, { request: ANY_REQUEST, permit, signal })).rejects.toThrow()
    }
    permit.release()

    expect([captions.fetched.length, tool.fetched.length]).toEqual([3, 3])
    expect([captions.permitsOut, tool.permitsOut]).toEqual([0, 0])
  })

  it('are given back when nobody waits any more, also while one is being waited for', async () => {
    const tool = fakeSource({ id: 'tool', concurrency: 1 })
    const taken = await tool.admit(new AbortController().signal)
    const captions = answering('captions', failing('transcripts_disabled'))
    const leaving = new AbortController()
    const fetching = fetch(firstOf([captions, tool]), leaving.signal)

    setImmediate(() => leaving.abort(new Error('gone')))

    await expect(fetching).rejects.toThrow('gone')
    taken.release()
    expect([captions.permitsOut, tool.permitsOut]).toEqual([0, 0])
  })
})

describe('a permit that comes too late', () => {
  it('is given back at once', async () => {
    const leaving = new AbortController()
    const tool = fakeSource({ id: 'tool' })
    const late: TranscriptSource = {
      ...tool,
      admit: async () => {
        leaving.abort(new Error('gone'))
        return tool.admit(new AbortController().signal)
      },
    }

    await expect(
      fetch(firstOf([answering('captions', failing('source_timeout')), late]), leaving.signal),
    ).rejects.toThrow('gone')

    expect(tool.permitsOut).toBe(0)
    expect(tool.fetched).toEqual([])
  })
})

describe('the gate of sources in order', () => {
  it('has the name of all their gates, so that a lane of one source is a gate of its own', () => {
    const captions = fakeSource({
      id: 'captions',
      gateKeyOf: ({ languages }) => (languages.includes('xx') ? 'captions/translated' : 'captions'),
    })
    const source = firstOf([captions, fakeSource({ id: 'tool' })])

    expect(source.gateKeyOf?.(ANY_REQUEST)).toBe('captions+tool')
    expect(source.gateKeyOf?.({ languages: ['xx'], kind: 'any' })).toBe('captions/translated+tool')
  })
})

describe('what else sources in order can do', () => {
  it('is to list tracks and to be checked, where one of them can', async () => {
    const plain = fakeSource()
    const able: TranscriptSource = {
      ...fakeSource({ id: 'able' }),
      tracks: async () => [{ language: 'en', kind: 'manual' }],
      check: () => Promise.reject(failing('source_unreachable')),
    }
    const { signal } = new AbortController()
    const source = firstOf([plain, able])

    expect(firstOf([plain]).tracks).toBeUndefined()
    expect(firstOf([plain]).check).toBeUndefined()
    expect(await source.tracks?.(VIDEO, { signal })).toEqual([{ language: 'en', kind: 'manual' }])
    await expect(source.check?.({ signal })).rejects.toMatchObject({ code: 'source_unreachable' })
  })
})

describe('sources that cannot be put in order', () => {
  it.each<{ what: string; sources: TranscriptSource[]; options?: FirstOfOptions; says: string }>([
    { what: 'none at all', sources: [], says: 'at least one' },
    { what: 'two of one name', sources: [fakeSource(), fakeSource()], says: 'two sources with the id "fake"' },
    {
      what: 'an unknown code',
      sources: [fakeSource()],
      options: { policy: { video_missing: 'next' } as object },
      says: 'video_missing',
    },
    {
      what: 'an unknown verdict',
      sources: [fakeSource()],
      options: { policy: { video_private: 'again' } as object },
      says: '"video_private: again"',
    },
  ])('are refused: $what', ({ sources, options, says }) => {
    expect(() => firstOf(sources, options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(says) }),
    )
  })
})
