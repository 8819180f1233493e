import { isTranscriptionError, type TranscriptRequest } from '@ytscriptify/core'
import { manualClock } from '@ytscriptify/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { YouTubeSourceOptions } from '../src/source-options.ts'
import { STAND_IN_VIDEOS, startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'
import { chooseTranslation } from '../src/translation.ts'
import { youtubeSource } from '../src/youtube-source.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

function sourceOf(options: YouTubeSourceOptions = {}) {
  const source = youtubeSource({ baseUrl: youtube.url, minGapMs: 0, translationGapMs: 0, ...options })
  return {
    source,
    async fetch(videoId: string, wanted: Partial<TranscriptRequest>) {
      const { signal } = new AbortController()
      const permit = await source.admit(signal)
      try {
        return await source.fetch({ videoId }, { request: { languages: [], kind: 'any', ...wanted }, permit, signal })
      } finally {
        permit.release()
      }
    },
  }
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'a transcript',
    (error: unknown) => (isTranscriptionError(error) ? error.code : error),
  )

describe('a translated transcript', () => {
  it('says its language, that a machine made it, and what it was translated from', async () => {
    const { segments, ...rest } = await sourceOf().fetch('gettysburg1', { languages: ['en'], translateTo: 'ar' })

    expect(rest).toMatchObject({
      language: 'ar',
      kind: 'generated',
      translatedFrom: 'en',
      metadata: { provenance: { track: 'Arabic', kind: 'manual' } },
    })
    const original = STAND_IN_VIDEOS[0]?.tracks.find(({ language, kind }) => language === 'en' && kind === 'manual')
    expect(segments[0]).toEqual({ ...original?.segments[0], text: `[ar] ${original?.segments[0]?.text}` })
  })

  it('is the track itself where that is in the language already, since YouTube would damage it', async () => {
    const { language, translatedFrom } = await sourceOf().fetch('lusiadas_br', { translateTo: 'pt' })

    expect([language, translatedFrom]).toEqual(['pt-BR', undefined])
    expect(youtube.requests.filter(({ translatedInto }) => translatedInto)).toEqual([])
  })

  it('may be in a language that only another client names', async () => {
    const { language, metadata } = await sourceOf().fetch('gettysburg1', { languages: ['de'], translateTo: 'uk' })

    expect([language, metadata.provenance?.['client']]).toEqual(['uk', 'VISIONOS'])
  })

  it('in a language that no client names is refused, with those that they name', async () => {
    const { fetch } = sourceOf()

    await expect(fetch('gettysburg1', { translateTo: 'xyz' })).rejects.toMatchObject({
      code: 'translation_language_not_found',
      retryable: false,
      message: expect.stringContaining('into "xyz"; available: ar, de, en, es, fr, ja, pt'),
    })
    // A client that could not be asked may know it: that is no proof.
    youtube.behave({ how: 'bot-check', client: 'VISIONOS' })
    expect(await codeOf(fetch('gettysburg1', { translateTo: 'uk' }))).toBe('a transcript')
    youtube.behave({ how: 'bot-check', client: 'IOS' })
    expect(await codeOf(fetch('gettysburg1', { translateTo: 'uk' }))).toBe('source_blocked')
  })
})

describe('the choice of a translation', () => {
  const track = { url: '', language: 'de', kind: 'manual', translatable: true } as const
  const offered = [{ language: 'iw' }, { language: 'pt-BR' }, { language: 'zh-Hans', name: 'Chinese (Simplified)' }]
  const choose = (to: string, overrides: object = {}) =>
    chooseTranslation({ videoId: 'gettysburg1', track, to, offered, ...overrides })?.language

  it('compares languages as that of a track does', () => {
    expect([choose('he'), choose('pt'), choose('ZH-hans'), choose('de')]).toEqual(['iw', 'pt-BR', 'zh-Hans', undefined])
  })

  it('is none where YouTube does not translate the track', () => {
    expect(() => choose('pt', { track: { ...track, translatable: false } })).toThrow('does not translate')
    expect(() => choose('pt', { offered: [] })).toThrow('in "de"')
  })
})

describe('the lane of translations', () => {
  it('has a gate of its own, so that a refusal there leaves other videos alone', () => {
    const { source } = sourceOf()

    expect(source.gateKeyOf({ languages: [], kind: 'any' })).toBe('youtube')
    expect(source.gateKeyOf({ languages: [], kind: 'any', translateTo: 'ar' })).toBe('youtube:translations')
  })

  it('closes alone: after its refusal videos are fetched at once, and translations are not asked for', async () => {
    const { source, fetch } = sourceOf()
    youtube.behave({ how: 'rate-limited', at: 'translation', retryAfter: 120 })

    expect(await codeOf(fetch('gettysburg1', { translateTo: 'ar' }))).toBe('source_rate_limited')
    expect(await codeOf(fetch('gettysburg1', {}))).toBe('a transcript')
    expect(await source.tracks({ videoId: 'gettysburg1' }, { signal: new AbortController().signal })).toHaveLength(5)

    const before = youtube.requests.length
    const refused = fetch('gettysburg1', { translateTo: 'fr' })
    await expect(refused).rejects.toMatchObject({ code: 'source_rate_limited', retryAt: expect.any(Date) })
    expect(youtube.requests).toHaveLength(before)
  })

  it('goes one by one and slowly, and takes no place from videos while it waits', async () => {
    const clock = manualClock()
    const asked: string[] = []
    const watched: typeof globalThis.fetch = (input, init) => {
      const { searchParams } = new URL(input instanceof Request ? input.url : input)
      if (searchParams.has('tlang')) asked.push(searchParams.get('tlang') ?? '')
      return globalThis.fetch(input, init)
    }
    const options = { clock, concurrency: 2, translationGapMs: 1_000, random: () => 0.5, fetch: watched }
    const { fetch } = sourceOf(options)

    const translations = ['ar', 'fr', 'ja'].map((translateTo) =>
      fetch('gettysburg1', { languages: ['en'], translateTo }),
    )
    await translations[0]
    // Both places would be taken if the other two kept theirs.
    expect(await codeOf(fetch('aintiawoman', {}))).toBe('a transcript')
    expect(asked).toHaveLength(1)

    await clock.advance(1_000)
    await expect.poll(() => asked).toHaveLength(2)
    await clock.advance(999)
    expect(asked).toHaveLength(2)
    await clock.advance(1)
    await Promise.all(translations)
    expect(asked.toSorted()).toEqual(['ar', 'fr', 'ja'])
  })
})
