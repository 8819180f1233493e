// The conformance suite of sources: what they recognise, what they give, and how they fail.
import assert from 'node:assert/strict'
import { givesText, isUnproven, type SourceDiagnosis } from '../diagnosis/source-diagnosis.ts'
import { isTranscriptionError, type ErrorCode } from '../errors.ts'
import type { TranscriptSource, VideoRef } from '../source.ts'
import { decodeSegments, encodeSegments } from '../transcript-data.ts'
import type { TranscriptRequest } from '../transcript-request.ts'
import type { FetchedTranscript } from '../transcript.ts'
import { ANY_REQUEST } from './builders.ts'
import { present } from './storage/steps.ts'
import { suiteOf, type Harness, type Suite, type SuiteOptions } from './test-runner.ts'

export interface SourceHarness extends Harness {
  readonly source: TranscriptSource
  /** A video that has a transcript, by several URLs: all of them name the same video. */
  readonly urls: readonly [string, ...string[]]
  /** What is not the URL of one video of this source. */
  readonly foreignUrls: readonly string[]
  /** Videos whose transcript cannot be had, and with which code the source says so. */
  readonly failing: readonly { readonly url: string; readonly code: ErrorCode }[]
  /** A language in which the video of `urls` has no transcript. */
  readonly missingLanguage: string
  /** Lets whatever the source asks from now on stay without an answer. */
  readonly hang: () => Promise<void>
}

/** Defines the tests that every {@link TranscriptSource} passes. */
export function describeSource(options: SuiteOptions<SourceHarness>): void {
  const suite = suiteOf(options)
  suite.describe('a source', () => {
    describeParsing(suite)
    describePermits(suite)
    describeFetching(suite)
    describeFailing(suite)
    describeAborting(suite)
    describeAsking(suite)
  })
}

type SourceSuite = Suite<SourceHarness>

function describeParsing({ describe, it }: SourceSuite): void {
  describe('the URL of a video', () => {
    it('is recognised without asking anybody, however it is written', async ({ source, urls, hang }) => {
      await hang()

      const refs = urls.map((url) => present(source.parse(url)))

      assert.equal(new Set(refs.map(({ videoId }) => videoId)).size, 1)
      assert.notEqual(refs[0]?.videoId, '')
    })

    it('is told apart from everything else', async ({ source, foreignUrls }) => {
      assert.ok(foreignUrls.length > 0)

      for (const url of [...foreignUrls, ...NO_URLS]) assert.equal(source.parse(url), undefined, JSON.stringify(url))
    })

    it('goes through a gate with a name', async ({ source }) => {
      const key = source.gateKeyOf?.(ANY_REQUEST) ?? source.id

      assert.match(key, /\S/)
      assert.match(source.id, /\S/)
    })
  })
}

function describePermits({ describe, it }: SourceSuite): void {
  describe('a permit', () => {
    it('can be given back twice', async ({ source }) => {
      const permit = await source.admit(new AbortController().signal)

      permit.release()
      permit.release()
    })

    it('that was given back can be had again: 20 times in turn', async ({ source }) => {
      for (let turn = 0; turn < 20; turn += 1) (await source.admit(new AbortController().signal)).release()
    })

    it('is not waited for by who has gone', async ({ source }) => {
      const reason = new Error('gone')

      await assert.rejects(source.admit(AbortSignal.abort(reason)), reason)
    })
  })
}

function describeFetching({ describe, it }: SourceSuite): void {
  describe('a transcript', () => {
    it('has segments with text and whole milliseconds, in the order of their time', async ({ source, urls }) => {
      const { segments } = await fetch(source, urls[0])

      assert.ok(segments.length > 0)
      for (const { text, startMs, durationMs } of segments) {
        assert.match(text, /\S/)
        assert.ok(Number.isSafeInteger(startMs) && startMs >= 0, `startMs is ${startMs}`)
        assert.ok(Number.isSafeInteger(durationMs) && durationMs >= 0, `durationMs is ${durationMs}`)
      }
      const starts = segments.map(({ startMs }) => startMs)
      assert.deepEqual(
        starts,
        starts.toSorted((a, b) => a - b),
      )
    })

    it('has times of a video, not of something a thousand times as long or as short', async ({ source, urls }) => {
      const { segments } = await fetch(source, urls[0])

      const last = present(segments.at(-1))
      assert.ok(last.startMs + last.durationMs >= 1_000, 'it ends within its first second: are these seconds?')
      assert.ok(last.startMs < 48 * 3_600_000, 'it begins to end after two days')
      assert.ok(
        segments.every(({ durationMs }) => durationMs < 3_600_000),
        'a segment lasts an hour',
      )
    })

    it('says its language, its kind and what is known of its video', async ({ source, urls }) => {
      const { language, kind, metadata } = await fetch(source, urls[0])

      assert.doesNotThrow(() => Intl.getCanonicalLocales(language), `"${language}" is no language tag`)
      assert.ok(kind === 'manual' || kind === 'generated')
      const { durationMs, title, channel } = metadata
      assert.ok(durationMs === undefined || (Number.isSafeInteger(durationMs) && durationMs > 0))
      for (const name of [title, channel]) assert.notEqual(name?.trim(), '')
    })

    it('is in the language that was asked for', async ({ source, urls }) => {
      const { language } = await fetch(source, urls[0])

      const again = await fetch(source, urls[0], { languages: [language], kind: 'any' })

      assert.equal(again.language, language)
    })

    it('can be stored and read again', async ({ source, urls }) => {
      const { segments } = await fetch(source, urls[0])

      assert.deepEqual(decodeSegments(encodeSegments(segments)), segments)
    })

    it('is the same for five who ask at the same time', async ({ source, urls }) => {
      const fetched = await Promise.all(Array.from({ length: 5 }, () => fetch(source, urls[0])))

      for (const { segments } of fetched) assert.deepEqual(segments, fetched[0]?.segments)
    })
  })
}

function describeFailing({ describe, it }: SourceSuite): void {
  describe('a transcript that cannot be had', () => {
    it('is an error that says why', async ({ source, failing }) => {
      assert.ok(failing.length > 0)

      for (const { url, code } of failing) {
        await assert.rejects(fetch(source, url), (error) => hasCode(error, code) && error.message !== '')
      }
    })

    it('in a language that the video does not offer is an error that says so', async ({
      source,
      urls,
      missingLanguage,
    }) => {
      const request = { languages: [missingLanguage], kind: 'any' } as const

      await assert.rejects(fetch(source, urls[0], request), (error) => hasCode(error, 'language_not_found'))
    })

    it('is no reason not to give the next one', async ({ source, urls, failing }) => {
      for (const { url } of failing) await assert.rejects(fetch(source, url))

      assert.ok((await fetch(source, urls[0])).segments.length > 0)
    })
  })
}

function describeAborting({ describe, it }: SourceSuite): void {
  describe('a fetch that nobody waits for any more', () => {
    it('ends with the reason of its signal', async ({ source, urls, hang }) => {
      await hang()
      const controller = new AbortController()
      const reason = new Error('the lease is lost')
      const fetching = fetch(source, urls[0], ANY_REQUEST, controller.signal)

      // One turn of the event loop later it has begun, and cannot have come further than to its first request.
      setImmediate(() => controller.abort(reason))

      await assert.rejects(fetching, reason)
    })

    it('never begins when the signal has aborted already', async ({ source, urls }) => {
      const reason = new Error('the lease is lost')
      const permit = await source.admit(new AbortController().signal)
      const options = { request: ANY_REQUEST, permit, signal: AbortSignal.abort(reason) }

      await assert.rejects(source.fetch(refOf(source, urls[0]), options), reason)

      permit.release()
    })
  })
}

function describeAsking({ describe, it }: SourceSuite): void {
  describe('a source that can list tracks', () => {
    it('lists the one that it gives', async ({ source, urls }) => {
      if (!source.tracks) return
      const { language, kind } = await fetch(source, urls[0])

      const tracks = await source.tracks(refOf(source, urls[0]), { signal: new AbortController().signal })

      assert.ok(
        tracks.some((track) => track.language === language && track.kind === kind),
        `no ${kind} track in ${language} among ${JSON.stringify(tracks)}`,
      )
    })

    it('ends with the reason of the signal', async ({ source, urls, hang }) => {
      if (!source.tracks) return
      await hang()
      const controller = new AbortController()
      const reason = new Error('gone')
      const listing = source.tracks(refOf(source, urls[0]), { signal: controller.signal })

      setImmediate(() => controller.abort(reason))

      await assert.rejects(listing, reason)
    })
  })

  describe('a source that diagnoses itself', () => {
    const diagnosisOf = async (
      { source, urls }: SourceHarness,
      signal: AbortSignal,
    ): Promise<readonly SourceDiagnosis[]> =>
      (await source.diagnose?.({ signal, videoId: refOf(source, urls[0]).videoId })) ?? []

    it('tells of each way that leads to a transcript, and names what it has asked for', async (harness) => {
      const diagnoses = await diagnosisOf(harness, new AbortController().signal)

      for (const { source, videoId, ways } of diagnoses) {
        assert.match(source, /\S/)
        if (videoId !== undefined) assert.equal(videoId, refOf(harness.source, harness.urls[0]).videoId)
        for (const way of ways) assert.ok(givesText(way) || isUnproven(way), JSON.stringify(way))
      }
    })

    it('leaves everything as it was: the next video comes', async (harness) => {
      await diagnosisOf(harness, new AbortController().signal)

      assert.ok((await fetch(harness.source, harness.urls[0])).segments.length > 0)
    })

    it('ends with the reason of the signal, and with no other error', async (harness) => {
      await harness.hang()
      const controller = new AbortController()
      const reason = new Error('gone')
      const diagnosing = diagnosisOf(harness, controller.signal).catch((error: unknown) => error)

      setImmediate(() => controller.abort(reason))

      const outcome = await diagnosing
      assert.ok(outcome === reason || Array.isArray(outcome), String(outcome))
    })
  })

  describe('a source that can be checked', () => {
    it('can be reached', async ({ source }) => {
      await source.check?.({ signal: new AbortController().signal })
    })

    it('ends with the reason of the signal', async ({ source, hang }) => {
      if (!source.check) return
      await hang()
      const controller = new AbortController()
      const reason = new Error('gone')
      const checking = source.check({ signal: controller.signal })

      setImmediate(() => controller.abort(reason))

      await assert.rejects(checking, reason)
    })
  })
}

/** What no source takes for a video, and what none may stumble over. */
const NO_URLS = [
  '',
  ' ',
  '\u0000',
  'http://',
  'https://[::1',
  'javascript:alert(1)',
  '../../etc/passwd',
  'https://example.invalid/',
  `https://example.invalid/${'a'.repeat(100_000)}`,
  '\ud83d',
]

const refOf = (source: TranscriptSource, url: string): VideoRef => present(source.parse(url))

/** One try, as the engine makes it. */
async function fetch(
  source: TranscriptSource,
  url: string,
  request: TranscriptRequest = ANY_REQUEST,
  signal: AbortSignal = new AbortController().signal,
): Promise<FetchedTranscript> {
  const permit = await source.admit(signal)
  try {
    return await source.fetch(refOf(source, url), { request, permit, signal })
  } finally {
    permit.release()
  }
}

function hasCode(error: unknown, code: ErrorCode): error is Error {
  assert.ok(isTranscriptionError(error), `it is no TranscriptionError: ${String(error)}`)
  assert.equal(error.code, code, error.message)
  return true
}
