import type { FetchedTranscript } from '@ytscriptify/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { YouTubeSourceOptions } from '../src/source-options.ts'
import { startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'
import { youtubeSource, type YouTubeSource } from '../src/youtube-source.ts'
import { startProxy } from './support/start-proxy.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

const sourceOf = (options: YouTubeSourceOptions): YouTubeSource =>
  youtubeSource({ baseUrl: youtube.url, minGapMs: 0, ...options })

async function fetchVia(source: YouTubeSource, videoId = 'gettysburg1'): Promise<FetchedTranscript> {
  const { signal } = new AbortController()
  const permit = await source.admit(signal)
  try {
    return await source.fetch({ videoId }, { request: { languages: [], kind: 'any' }, permit, signal })
  } finally {
    permit.release()
  }
}

describe('a proxy', () => {
  it('is what every request goes through, with its user and password', async () => {
    const proxy = await startProxy()
    const source = sourceOf({ proxies: [proxy.url.replace('//', '//me:p%40ss@')] })

    expect((await fetchVia(source)).language).toBe('en')

    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
    expect(proxy.tunnels[0]).toEqual({ target: new URL(youtube.url).host, authorization })
    expect(new Set(youtube.requests.map(({ path }) => path))).toEqual(
      new Set(['/youtubei/v1/player', '/api/timedtext']),
    )
  })

  it('keeps its connections from video to video', async () => {
    const proxy = await startProxy()
    const source = sourceOf({ proxies: [proxy.url] })

    for (const videoId of ['gettysburg1', 'aintiawoman', 'fdr1933fear']) await fetchVia(source, videoId)

    expect(proxy.tunnels.length).toBeLessThanOrEqual(2)
    expect(youtube.requests).toHaveLength(6)
  })

  it('that rotates gets a fresh connection for each video, which both of its requests use', async () => {
    const proxy = await startProxy()
    const source = sourceOf({ proxies: [{ url: proxy.url, rotates: true }] })

    for (const videoId of ['gettysburg1', 'aintiawoman', 'fdr1933fear']) await fetchVia(source, videoId)

    expect(proxy.tunnels).toHaveLength(3)
    expect(youtube.requests).toHaveLength(6)
  })

  it('that rotates gets another connection at once when YouTube refuses one, up to five times', async () => {
    const proxy = await startProxy()
    const source = sourceOf({ proxies: [{ url: proxy.url, rotates: true }] })
    youtube.behave({ how: 'rate-limited', times: 4 })

    expect((await fetchVia(source)).language).toBe('en')
    expect(proxy.tunnels).toHaveLength(5)

    youtube.behave({ how: 'rate-limited' })
    await expect(fetchVia(source)).rejects.toMatchObject({ code: 'source_rate_limited' })
    expect(proxy.tunnels).toHaveLength(10)
  })

  it('shares the videos with the others, and none is asked for through two', async () => {
    const proxies = [await startProxy(), await startProxy()]
    const source = sourceOf({ proxies: proxies.map(({ url }) => ({ url, rotates: true })) })

    await Promise.all(Array.from({ length: 10 }, (_video, index) => fetchVia(source, `bulk000000${index}`)))

    expect(proxies.map(({ tunnels }) => tunnels.length)).toEqual([5, 5])
  })

  it('that does not work is told by its host and code, and never by its password', async () => {
    const { url } = await startProxy({ status: 407 })
    const host = new URL(url).host
    const failure = await fetchVia(sourceOf({ proxies: [url.replace('//', '//me:secret@')] })).catch((e: unknown) => e)

    expect(failure).toMatchObject({
      code: 'source_unreachable',
      message: `YouTube could not be reached for the player call for gettysburg1 through the proxy ${host} (HTTP 407 from the proxy).`,
      hint: 'Check the user and the password of the proxy.',
    })
    await expect(fetchVia(sourceOf({ proxies: ['http://127.0.0.1:9'] }))).rejects.toThrow(
      'through the proxy 127.0.0.1:9 (ECONNREFUSED)',
    )
  })

  it('that does not work is gone round where there is another', async () => {
    const works = await startProxy()
    const source = sourceOf({ proxies: ['http://127.0.0.1:9', works.url] })

    for (const videoId of ['gettysburg1', 'aintiawoman', 'fdr1933fear'])
      expect((await fetchVia(source, videoId)).segments.length).toBeGreaterThan(0)
    await source.check({ signal: new AbortController().signal })
  })

  it.each(['socks5://127.0.0.1:1080', 'me:secret@proxy.example', 'ftp://proxy.example', 'http://me:100%@proxy', ''])(
    'is an http or https URL, and a mistake in it shows nothing of it: %j',
    (url) => {
      expect(() => youtubeSource({ proxies: [url] })).toThrow('A proxy must be an http or https URL.')
    },
  )

  it('excludes a fetch of the host, which would go past it', () => {
    expect(() => youtubeSource({ proxies: ['http://127.0.0.1:9'], fetch })).toThrow('exclude each other')
  })
})
