// The contract with youtube-transcript: what it asks for and how it reads what we give it. It fails when an update of
// the library changes either.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fetchTranscript } from 'youtube-transcript'
import { YOUTUBE_CLIENTS } from '../src/clients.ts'
import { downloadTrack, type Download } from '../src/download.ts'
import { toSrv3 } from '../src/srv3.ts'
import type { YouTubeRequest } from '../src/transport.ts'

const URL_OF_TEXT = 'https://www.youtube.com/api/timedtext?v=gettysburg1&lang=en&signature=SIGNED&fmt=vtt'

const track = (url: string): Download['track'] => ({ url, language: 'en', kind: 'manual', translatable: true })

function setUp({ body = '', url = URL_OF_TEXT }: { body?: string; url?: string }) {
  const asked: YouTubeRequest[] = []
  const transport = async (request: YouTubeRequest): Promise<string> => {
    asked.push(request)
    return body
  }
  const { signal } = new AbortController()
  const [client] = YOUTUBE_CLIENTS
  return {
    asked,
    download: () => downloadTrack({ videoId: 'gettysburg1', track: track(url), client: client!, transport, signal }),
  }
}

describe('the library that parses captions', () => {
  it('makes one player call and then one request for the track that it was given, and no other', async () => {
    const calls: string[] = []
    const answer = {
      captions: { playerCaptionsTracklistRenderer: { captionTracks: [{ baseUrl: URL_OF_TEXT, languageCode: 'en' }] } },
    }
    const fetch: typeof globalThis.fetch = async (input, init) => {
      calls.push(`${init?.method ?? 'GET'} ${input instanceof Request ? input.url : input.toString()}`)
      return init?.method === 'POST' ? Response.json(answer) : new Response('<p t="1540" d="4160">Four score</p>')
    }

    const rows = await fetchTranscript('gettysburg1', { fetch })

    expect(calls).toEqual(['POST https://www.youtube.com/youtubei/v1/player?prettyPrint=false', `GET ${URL_OF_TEXT}`])
    expect(rows).toEqual([{ text: 'Four score', offset: 1540, duration: 4160, lang: 'en' }])
  })

  it('reads back what we write for it, whatever the text', async () => {
    const text = fc
      .oneof(
        fc.string({ unit: 'grapheme' }),
        fc
          .array(fc.constantFrom('&', '<', '>', '#38;', 'amp;', '&#x41;', '</p>', '\n', 'a'))
          .map((parts) => parts.join('')),
      )
      .map((any) => any.trim())
      .filter((any) => any !== '')
    const time = fc.nat({ max: Number.MAX_SAFE_INTEGER })

    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ text, startMs: time, durationMs: time })), async (rows) => {
        const { download } = setUp({
          body: JSON.stringify({
            events: rows.map((row) => ({
              tStartMs: row.startMs,
              dDurationMs: row.durationMs,
              segs: [{ utf8: row.text }],
            })),
          }),
        })
        if (rows.length > 0) expect((await download()).segments).toEqual(rows)
      }),
    )
  })

  it('takes linear time for what we write for it', async () => {
    const timeOf = async (rows: number): Promise<number> => {
      const body = toSrv3(
        Array.from({ length: rows }, (_row, index) => ({ text: 'R&D <s', startMs: index, durationMs: 1 })),
      )
      const { download } = setUp({ body })
      const start = performance.now()
      await download()
      return performance.now() - start
    }
    await timeOf(1_000)

    const small = await timeOf(5_000)
    const large = await timeOf(40_000)

    expect(large).toBeLessThan(Math.max(small, 4) * 30)
  })
})

describe('the request for captions', () => {
  it('goes to the address that YouTube signed, and asks for the format srv3', async () => {
    const { asked, download } = setUp({ body: toSrv3([{ text: 'a', startMs: 0, durationMs: 1 }]) })

    await download()

    expect(asked.map(({ url }) => url.href)).toEqual([URL_OF_TEXT.replace('fmt=vtt', 'fmt=srv3')])
  })

  it('may be named relative to YouTube', async () => {
    const { asked, download } = setUp({
      body: toSrv3([{ text: 'a', startMs: 0, durationMs: 1 }]),
      url: '/api/timedtext?v=x',
    })

    await download()

    expect(asked[0]?.url.href).toBe('https://www.youtube.com/api/timedtext?v=x&fmt=srv3')
  })

  it.each([
    'https://evil.example/api/timedtext',
    'http://www.youtube.com/x',
    'https://www.youtube.com:8443/x',
    'file:///etc/passwd',
    'https://notyoutube.com/x',
    'http://[',
  ])('never goes anywhere else: %s', async (url) => {
    const { asked, download } = setUp({ url })

    await expect(download()).rejects.toMatchObject({ code: 'source_request_failed' })
    expect(asked).toEqual([])
  })

  it.each(['xpe', 'xpv', 'xbt,xpe'])(
    'is not made when the address says that nothing will come: exp=%s',
    async (experiment) => {
      const { asked, download } = setUp({ url: `${URL_OF_TEXT}&exp=${experiment}` })

      await expect(download()).rejects.toMatchObject({ code: 'po_token_required' })
      expect(asked).toEqual([])
    },
  )

  it('is made when the address names other experiments', async () => {
    const { download } = setUp({
      body: toSrv3([{ text: 'a', startMs: 0, durationMs: 1 }]),
      url: `${URL_OF_TEXT}&exp=xbt`,
    })

    await expect(download()).resolves.toMatchObject({ format: 'srv3' })
  })

  it.each([
    ['nothing', '', 'with nothing.'],
    ['rows without text', '<timedtext><body><p t="0" d="1">\n</p></body></timedtext>', 'with no text.'],
  ])('fails as empty when it brings %s', async (_what, body, message) => {
    const { download } = setUp({ body })

    await expect(download()).rejects.toMatchObject({
      code: 'empty_transcript',
      message: expect.stringContaining(message),
    })
  })

  // It once had the advice that goes with an empty answer.
  it.each([
    ['a page', '<html><p>Oops</p></html>'],
    ['another format', 'WEBVTT\n\n00:00.000 --> 00:01.000\nFour score'],
    ['garbage', '\u0000\uFFFD\u0001'],
    ['rows that were cut off', '<timedtext><body><p t="0" d="1">Four score</p>'],
    ['events that were cut off', '{"events":[{"tStartMs":0,"segs":[{"utf8":"Four score"}]}'],
  ])('fails as unreadable when it brings %s', async (_what, body) => {
    const { download } = setUp({ body })

    await expect(download()).rejects.toMatchObject({
      code: 'empty_transcript',
      retryable: true,
      message: expect.stringContaining('with something unreadable.'),
      hint: expect.stringContaining('a page, cut off, or in an unknown format'),
    })
  })

  it('fails as a question about cookies when it brings that page', async () => {
    const { download } = setUp({ body: '<html><form action="https://consent.youtube.com/s" method="POST"></html>' })

    await expect(download()).rejects.toMatchObject({ code: 'consent_required' })
  })

  it('fails as blocked when it brings a captcha', async () => {
    const { download } = setUp({ body: '<html><form><div class="g-recaptcha"></div></form></html>' })

    await expect(download()).rejects.toMatchObject({ code: 'source_blocked' })
  })
})
