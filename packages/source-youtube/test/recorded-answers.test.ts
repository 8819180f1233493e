// The answers that YouTube really gave, where they are at hand. The stand-in's tests say the same of our own data, everywhere.
import { isTranscriptionError, type FetchedTranscript } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { youtubeSource } from '../src/youtube-source.ts'
import {
  clientOf,
  codesOf,
  expectedOf,
  hangs,
  recordedCases,
  recordingsArePresent,
  replayOf,
  summaryOf,
  type RecordedCase,
} from '../../../tests/recorded-cases.ts'

describe('answers that YouTube really gave', () => {
  it(recordingsArePresent ? 'are at hand' : 'are not at hand: there is nothing to compare with', () => {
    expect(recordedCases.length > 0).toBe(recordingsArePresent)
  })

  it.each(recordedCases)('gives what is expected of $id', async (recorded) => {
    const source = youtubeSource({
      fetch: recordedFetch(recorded),
      minGapMs: 0,
      timeoutMs: hangs(recorded) ? 200 : 10_000,
    })
    const signal = new AbortController().signal
    const {
      languages,
      kind = 'any' as const,
      translateTo,
      preserveFormatting: keepFormatting = false,
    } = recorded.request
    const request = { languages, kind, keepFormatting, ...(translateTo !== undefined && { translateTo }) }
    const permit = await source.admit(signal)

    const outcome = await source
      .fetch({ videoId: recorded.videoId }, { request, permit, signal })
      .catch((e: unknown) => e)

    const expected = expectedOf(recorded)
    if (expected) expect(summaryOf(factsOf(outcome as FetchedTranscript))).toEqual(expected)
    else expect(codesOf(recorded)).toContain(isTranscriptionError(outcome) ? outcome.code : outcome)
  })
})

const factsOf = ({ language, kind, segments, metadata }: FetchedTranscript) => ({
  language,
  kind,
  trackName: metadata.provenance?.['track'],
  title: metadata.title,
  channel: metadata.channel,
  durationMs: metadata.durationMs,
  segments,
})

function recordedFetch(recorded: RecordedCase): typeof fetch {
  const answerTo = replayOf(recorded)
  return async (input, init) => {
    const { pathname: path } = new URL(input instanceof Request ? input.url : input)
    const client = typeof init?.body === 'string' ? clientOf(init.body) : undefined
    const answer = answerTo({ method: init?.method ?? 'GET', path, client })
    if (answer === 'hang') return new Promise<Response>(() => undefined)
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  }
}
