// Whatever comes back, a fetch ends in a transcript with text or in an error with a code: never in anything else.
import { isTranscriptionError, type FetchedTranscript } from '@ytscriptify/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { YOUTUBE_CLIENTS } from '../src/clients.ts'
import { youtubeSource } from '../src/youtube-source.ts'

const captions = '<timedtext format="3"><body><p t="0" d="900">Four score</p></body></timedtext>'
const player = JSON.stringify({
  playabilityStatus: { status: 'OK' },
  videoDetails: { videoId: 'gettysburg1', title: 'The Gettysburg Address', isLiveContent: false },
  captions: {
    playerCaptionsTracklistRenderer: {
      captionTracks: [{ baseUrl: '/api/timedtext?lang=en', languageCode: 'en', isTranslatable: true }],
      translationLanguages: [{ languageCode: 'ar' }],
    },
  },
})

interface Answers {
  readonly player?: Uint8Array | string
  readonly page?: Uint8Array | string
  readonly captions?: Uint8Array | string
}

/** What becomes of a video that is answered like this; a player answer of '' is an HTTP error, so that the page is asked. */
async function outcomeOf(answers: Answers): Promise<FetchedTranscript | string> {
  const source = youtubeSource({
    minGapMs: 0,
    translationGapMs: 0,
    clients: YOUTUBE_CLIENTS.filter(({ name }) => name === 'ANDROID' || name === 'WEB'),
    fetch: async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      if (pathname === '/api/timedtext') return new Response(bodyOf(answers.captions ?? captions))
      if (pathname === '/watch') return new Response(bodyOf(answers.page ?? ''))
      return answers.player === '' ? new Response('', { status: 503 }) : new Response(bodyOf(answers.player ?? player))
    },
  })
  const { signal } = new AbortController()
  const permit = await source.admit(signal)
  const request = { languages: ['en', '*'], kind: 'any', keepFormatting: true } as const
  try {
    return await source.fetch({ videoId: 'gettysburg1' }, { request, permit, signal })
  } catch (error) {
    if (isTranscriptionError(error)) return error.code
    throw error
  }
}

const bodyOf = (body: Uint8Array | string): string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' ? body : new Uint8Array(body)

function assertSound(outcome: FetchedTranscript | string): void {
  if (typeof outcome === 'string') return
  const { segments, language, metadata } = outcome
  expect(segments.length).toBeGreaterThan(0)
  expect(language).not.toBe('')
  for (const { text, startMs, durationMs } of segments) {
    expect(text.trim()).not.toBe('')
    expect([startMs, durationMs].every((ms) => Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
  }
  expect(() => JSON.stringify(metadata)).not.toThrow()
}

/** A valid body in which some bytes are others, or missing, or twice. */
const damaged = (valid: string) =>
  fc
    .record({ at: fc.nat({ max: valid.length }), drop: fc.nat({ max: 40 }), insert: fc.uint8Array({ maxLength: 20 }) })
    .map(({ at, drop, insert }) =>
      Buffer.concat([Buffer.from(valid.slice(0, at)), insert, Buffer.from(valid.slice(at + drop))]),
    )

const anyBytes = fc.uint8Array({ maxLength: 400 })

/** JSON of the right shape in its upper levels, and of any below. */
const anyPlayer = fc
  .record(
    {
      playabilityStatus: fc.oneof(fc.record({ status: fc.constantFrom('OK', 'ERROR', 7) }), fc.jsonValue()),
      videoDetails: fc.oneof(fc.record({ title: fc.jsonValue(), lengthSeconds: fc.jsonValue() }), fc.jsonValue()),
      captions: fc.record({
        playerCaptionsTracklistRenderer: fc.record({
          captionTracks: fc.array(
            fc.oneof(
              fc.jsonValue(),
              fc.record({ baseUrl: fc.webUrl(), languageCode: fc.constantFrom('en', '', '*', 'x-y') }),
              fc.constant({ baseUrl: '/api/timedtext', languageCode: 'en' }),
            ),
          ),
          audioTracks: fc.jsonValue(),
          defaultAudioTrackIndex: fc.jsonValue(),
        }),
      }),
    },
    { requiredKeys: [] },
  )
  .map((answer) => JSON.stringify(answer))

const sound = (arbitrary: fc.Arbitrary<Uint8Array | string>, name: keyof Answers, rest: Answers = {}): Promise<void> =>
  fc.assert(
    fc.asyncProperty(arbitrary, async (body) => assertSound(await outcomeOf({ ...rest, [name]: body }))),
    { numRuns: 300 },
  )

describe('any bytes end in a transcript with text or in an error with a code', () => {
  it('as the answer of the player call', async () => {
    await sound(fc.oneof(anyBytes, damaged(player), anyPlayer), 'player')
  })

  it('as the page of the video', async () => {
    const script = (json: string): string => `<script>var ytInitialPlayerResponse = ${json};</script>`

    await sound(fc.oneof(anyBytes, damaged(script(player)), anyPlayer.map(script)), 'page', { player: '' })
  })

  it('as captions', async () => {
    const json3 = JSON.stringify({ events: [{ tStartMs: 0, dDurationMs: 900, segs: [{ utf8: 'Four score' }] }] })

    await sound(fc.oneof(anyBytes, damaged(captions), damaged(json3)), 'captions')
  })
})

describe('5 MB of anything', () => {
  it.each<[string, (size: number) => Answers]>([
    ['unclosed brackets as the answer of the player call', (size) => ({ player: '['.repeat(size) })],
    ['unclosed rows as captions', (size) => ({ captions: `<timedtext>${'<p t="1" d="1"'.repeat(size / 14)}` })],
    ['unclosed words as captions', (size) => ({ captions: `<timedtext><p>${'<s'.repeat(size / 2)}` })],
    [
      'half references as captions',
      (size) => ({ captions: `<transcript><text>${'&#1'.repeat(size / 3)}</text></transcript>` }),
    ],
    ['brackets as captions', (size) => ({ captions: `<timedtext><p>${'&lt;s'.repeat(size / 5)}</p></timedtext>` })],
  ])('is read in a time that grows with its size: %s', async (_what, answersOf) => {
    const timeOf = async (size: number): Promise<number> => {
      const answers = answersOf(size)
      const started = performance.now()
      assertSound(await outcomeOf(answers))
      return performance.now() - started
    }
    const small = Math.min(await timeOf(625_000), await timeOf(625_000))

    // 8 times the size: linear is 8 times the time, quadratic 64 times. Very short times tell nothing.
    expect(await timeOf(5_000_000)).toBeLessThan(Math.max(small, 8) * 30)
  })
})
