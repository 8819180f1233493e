import { createHash } from 'node:crypto'
import { decodeSegments, encodeSegments, type FetchedTranscript, type TranscriptRequest } from '@ytscriptify/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  STAND_IN_VIDEOS,
  bulkVideo,
  startStandInYouTube,
  type StandInTrack,
  type StandInYouTube,
} from '../src/testing/index.ts'
import type { YouTubeSourceOptions } from '../src/source-options.ts'
import { youtubeSource, type YouTubeSource } from '../src/youtube-source.ts'

const NEVER = new AbortController().signal

let youtube: StandInYouTube
let source: YouTubeSource

beforeEach(async () => {
  youtube = await startStandInYouTube()
  source = sourceOf()
})

afterEach(() => youtube.close())

const sourceOf = (options: YouTubeSourceOptions = {}): YouTubeSource =>
  youtubeSource({ baseUrl: youtube.url, minGapMs: 0, ...options })

/** A source whose YouTube sends captions in this format, whatever is asked for. */
const sourceSending = (format: string): YouTubeSource =>
  sourceOf({
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      if (url.searchParams.has('fmt')) url.searchParams.set('fmt', format)
      return fetch(url, init)
    },
  })

async function fetchTranscript(
  videoId: string,
  wanted: Partial<TranscriptRequest> = {},
  from = source,
): Promise<FetchedTranscript> {
  const { signal } = new AbortController()
  const permit = await from.admit(signal)
  try {
    return await from.fetch({ videoId }, { request: { languages: [], kind: 'any', ...wanted }, permit, signal })
  } finally {
    permit.release()
  }
}

const trackOf = (videoId: string, language: string, kind = 'manual'): StandInTrack =>
  STAND_IN_VIDEOS.find(({ id }) => id === videoId)!.tracks.find(
    (one) => one.language === language && one.kind === kind,
  )!

describe('a track that is there and whose text cannot be read', () => {
  it('is not called disabled because another client shows no tracks', async () => {
    youtube.behave({ how: 'garbage', at: 'timedtext' })
    youtube.behave({ how: 'disabled', client: 'VISIONOS' })

    await expect(fetchTranscript('gettysburg1')).rejects.toMatchObject({
      code: 'empty_transcript',
      retryable: true,
    })
  })
})

describe('a transcript from YouTube', () => {
  it('has the text with its times in whole milliseconds, and says what it is and where it comes from', async () => {
    expect(await fetchTranscript('gettysburg1', { languages: ['en'] })).toEqual({
      language: 'en',
      kind: 'manual',
      segments: trackOf('gettysburg1', 'en').segments,
      metadata: {
        title: 'The Gettysburg Address',
        channel: 'Public Domain Speeches',
        durationMs: 39_000,
        description: 'Spoken at the dedication of the cemetery.\nGettysburg, Pennsylvania.',
        viewCount: 15_000,
        thumbnails: [
          { url: 'https://i.ytimg.com/vi/gettysburg1/default.jpg', width: 120, height: 90 },
          { url: 'https://i.ytimg.com/vi/gettysburg1/hqdefault.jpg', width: 480, height: 360 },
        ],
        live: 'none',
        provenance: {
          client: 'ANDROID',
          clientVersion: '21.26.364',
          format: 'srv3',
          track: 'English',
          kind: 'manual',
          fetchedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          contentHash: expect.stringMatching(/^sha256:[\da-f]{64}$/),
        },
      },
    })
  })

  it.each([
    ['words of speech recognition', 'liberty1775', 'en', 'generated'],
    ['ampersands, brackets, quotes and line breaks', 'ampersands1', 'en', 'manual'],
    ['another script', 'basho_ja_01', 'ja', 'manual'],
    ['accents', 'droits_1789', 'fr', 'generated'],
  ] as const)('keeps %s', async (_what, videoId, language, kind) => {
    const { segments } = await fetchTranscript(videoId, { languages: [language], kind })

    expect(segments).toEqual(trackOf(videoId, language, kind).segments)
  })

  it('is the same whichever format YouTube sends', async () => {
    const formats = ['', 'srv3', 'json3']
    const transcripts = await Promise.all(
      formats.map((format) => fetchTranscript('ampersands1', { languages: ['en'] }, sourceSending(format))),
    )

    expect(transcripts.map(({ metadata }) => metadata.provenance?.['format'])).toEqual(['classic', 'srv3', 'json3'])
    for (const { segments } of transcripts) expect(segments).toEqual(trackOf('ampersands1', 'en').segments)
  })

  it('is, without languages, in the language of the video: manual if there is such a track, else generated', async () => {
    const languages = await Promise.all(
      ['gettysburg1', 'loreley_de1', 'liberty1775', 'lusiadas_br', 'july4_1852x'].map(async (videoId) => {
        const { language, kind } = await fetchTranscript(videoId)
        return `${videoId} ${language} ${kind}`
      }),
    )

    expect(languages).toEqual([
      'gettysburg1 en manual',
      'loreley_de1 de manual',
      'liberty1775 en generated',
      'lusiadas_br pt-BR manual',
      'july4_1852x en-GB manual',
    ])
  })

  it('has the hash of its text as it is stored', async () => {
    const { segments, metadata } = await fetchTranscript('gettysburg1')

    const hash = createHash('sha256').update(encodeSegments(segments)).digest('hex')
    expect(metadata.provenance?.['contentHash']).toBe(`sha256:${hash}`)
  })

  it('is plain text unless its formatting is to be kept, whichever format YouTube sends', async () => {
    const plain = trackOf('emphasis_v1', 'en').segments.map(({ text }) => text)
    const formatted = [
      'It is <i>altogether</i> fitting and proper',
      '<b>that we should do this.</b>',
      'But, in a larger sense, we can <i>not</i> dedicate—we can <i>not</i> consecrate',
      'AT&T is not formatted.',
    ]

    for (const format of ['', 'srv3', 'json3']) {
      const from = sourceSending(format)
      const texts = async (keepFormatting: boolean) =>
        (await fetchTranscript('emphasis_v1', { keepFormatting }, from)).segments.map(({ text }) => text)

      expect(await texts(false)).toEqual(plain)
      expect(await texts(true)).toEqual(formatted)
    }
    expect(plain[0]).toBe('It is altogether fitting and proper')
  })

  it('takes two requests, in English whatever the language of the captions', async () => {
    await fetchTranscript('gettysburg1', { languages: ['de'] })

    expect(youtube.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/youtubei/v1/player',
        hl: 'en',
        acceptLanguage: 'en-US,en;q=0.9',
      }),
      expect.objectContaining({
        method: 'GET',
        path: '/api/timedtext',
        language: 'de',
        acceptLanguage: 'en-US,en;q=0.9',
      }),
    ])
  })

  it('can be stored and read again', async () => {
    const { segments } = await fetchTranscript('ampersands1')

    expect(decodeSegments(encodeSegments(segments))).toEqual(segments)
  })

  it('comes for many videos at the same time, and no two are mixed up', async () => {
    const ids = Array.from({ length: 200 }, (_id, index) => `bulk${String(index).padStart(7, '0')}`)

    const transcripts = await Promise.all(ids.map((id) => fetchTranscript(id)))

    expect(transcripts.map(({ segments }) => segments)).toEqual(ids.map((id) => bulkVideo(id)?.tracks[0]?.segments))
  })
})

describe('where requests go', () => {
  it('is YouTube, unless told otherwise', async () => {
    const asked: string[] = []
    const remember: typeof fetch = async (input) => {
      asked.push(input instanceof Request ? input.url : input.toString())
      return new Response('', { status: 429 })
    }

    await expect(fetchTranscript('gettysburg1', {}, youtubeSource({ fetch: remember }))).rejects.toThrow()

    expect(asked).toEqual(['https://www.youtube.com/youtubei/v1/player?prettyPrint=false'])
  })

  it('may be a path of another server, for the call and for the texts', async () => {
    const asked: string[] = []
    const mirror = sourceOf({
      baseUrl: `${youtube.url}/mirror/`,
      fetch: (input, init) => {
        const url = input instanceof Request ? input.url : input.toString()
        asked.push(new URL(url).pathname)
        return fetch(url.replace('/mirror/', '/'), init)
      },
    })

    await fetchTranscript('gettysburg1', {}, mirror)

    expect(asked).toEqual(['/mirror/youtubei/v1/player', '/mirror/api/timedtext'])
  })
})

describe('the tracks of a video', () => {
  it('are listed in the order of YouTube, without their signed addresses', async () => {
    const tracks = await source.tracks({ videoId: 'gettysburg1' }, { signal: NEVER })

    expect(tracks.map(({ language, kind, name }) => ({ language, kind, name }))).toEqual([
      { language: 'fr', kind: 'manual', name: 'French' },
      { language: 'en', kind: 'manual', name: 'English' },
      { language: 'en', kind: 'generated', name: 'English (auto-generated)' },
      { language: 'de', kind: 'manual', name: 'German' },
      { language: 'es', kind: 'manual', name: 'Spanish' },
    ])
  })

  it('say what YouTube translates them into, without their own language', async () => {
    const [first, second] = await source.tracks({ videoId: 'gettysburg1' }, { signal: NEVER })

    expect(first).toMatchObject({ translatable: true, translatesTo: ['ar', 'de', 'en', 'es', 'ja', 'pt'] })
    expect(second).toMatchObject({ translatable: true, translatesTo: ['ar', 'de', 'es', 'fr', 'ja', 'pt'] })
  })

  it('take their turn like everything else', async () => {
    const narrow = sourceOf({ concurrency: 1 })
    const permit = await narrow.admit(NEVER)
    let listed = false
    const listing = narrow.tracks({ videoId: 'gettysburg1' }, { signal: NEVER }).then(() => (listed = true))
    await fetch(`${youtube.url}/generate_204`)

    expect(listed).toBe(false)
    permit.release()
    await expect(listing).resolves.toBe(true)
  })
})

describe('a check', () => {
  it('passes where YouTube answers, and asks for nothing but that', async () => {
    await source.check({ signal: NEVER })

    expect(youtube.requests.map(({ path }) => path)).toEqual(['/generate_204'])
  })

  it('fails with what is wrong where it does not', async () => {
    youtube.behave({ how: 'rate-limited' })
    await expect(source.check({ signal: NEVER })).rejects.toMatchObject({ code: 'source_rate_limited' })

    await youtube.close()
    await expect(source.check({ signal: NEVER })).rejects.toMatchObject({ code: 'source_unreachable' })
  })
})

describe('what nobody could have meant', () => {
  it.each([
    [{ baseUrl: 'not a url' }, 'baseUrl'],
    [{ baseUrl: 'ftp://example.com' }, 'baseUrl'],
    [{ baseUrl: 'http://user:secret@example.com' }, 'baseUrl'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: NaN }, 'timeoutMs'],
    [{ concurrency: 0 }, 'concurrency'],
    [{ minGapMs: -1 }, 'minGapMs'],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes'],
    [{ clients: [] }, 'clients'],
  ])('is refused at once: %j', (options, name) => {
    expect(() => youtubeSource(options)).toThrow(name)
    expect(() => youtubeSource(options)).not.toThrow('secret')
  })

  it('is not sent to YouTube: what is no id', async () => {
    await expect(fetchTranscript('../../../..')).rejects.toMatchObject({ code: 'unsupported_url' })
    await expect(source.tracks({ videoId: 'videoseries' }, { signal: NEVER })).rejects.toMatchObject({
      code: 'unsupported_url',
    })
    expect(youtube.requests).toEqual([])
  })
})
