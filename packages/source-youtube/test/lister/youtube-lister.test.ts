// Playlists and channels, read by youtubei.js from a stand-in that answers in YouTube's form.
import type { ListVideosOptions } from '@ytscriptify/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { youtubeLister, type YouTubeListerOptions } from '../../src/lister/index.ts'
import { STAND_IN_CHANNELS, startStandInYouTube, type StandInYouTube } from '../../src/testing/index.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

const PLAYLIST = 'PLspeeches_of_the_stand_in'
const CHANNEL = 'UCpublic_domain_speeches'

/** Without pauses: each is drawn from 0 on. */
const listerOf = (options: YouTubeListerOptions = {}) =>
  youtubeLister({ baseUrl: youtube.url, minGapMs: 0, random: () => 0, ...options })

const never = new AbortController().signal

async function videosOf(
  url: string,
  {
    lister = listerOf(),
    signal = never,
    ...options
  }: Partial<ListVideosOptions> & { lister?: ReturnType<typeof listerOf> } = {},
) {
  const list = lister.parse(url)
  if (!list) throw new Error(`${url} is not recognised.`)
  return allOf(lister.list(list, { signal, ...options }))
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const idsOf = async (...parameters: Parameters<typeof videosOf>): Promise<string[]> =>
  (await videosOf(...parameters)).map(({ videoId }) => videoId)

const bulkIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `bulk${String(index + 1).padStart(7, '0')}`)

const pages = (): number => youtube.requests.filter(({ path }) => path === '/youtubei/v1/browse').length

describe('a playlist', () => {
  it('has its videos in its order, with URLs and titles, and one twice where it has it twice', async () => {
    const videos = await videosOf(`https://www.youtube.com/playlist?list=${PLAYLIST}`)

    expect(videos[0]).toEqual({
      videoId: 'gettysburg1',
      url: 'https://www.youtube.com/watch?v=gettysburg1',
      title: 'The Gettysburg Address',
    })
    expect(videos.map(({ videoId }) => videoId)).toEqual([
      'gettysburg1',
      'aintiawoman',
      'liberty1775',
      'gettysburg1',
      'fdr1933fear',
    ])
  })

  it.each(['lockups', undefined] as const)('is read page by page, as YouTube draws it: %s', async (state) => {
    const videos = bulkIds(250)
    youtube.setPlaylist({ id: 'PLa_long_playlist', title: 'Long', videos, ...(state && { state }) })

    expect(await idsOf('PLa_long_playlist')).toEqual(videos)
    expect(pages()).toBe(3)
  })

  it('is read no further than the limit', async () => {
    youtube.setPlaylist({ id: 'PLa_long_playlist', title: 'Long', videos: bulkIds(250) })

    expect(await idsOf('PLa_long_playlist', { limit: 100 })).toEqual(bulkIds(100))
    expect(pages()).toBe(1)
  })

  it('is read no further than its reader goes', async () => {
    youtube.setPlaylist({ id: 'PLa_long_playlist', title: 'Long', videos: bulkIds(250) })

    for await (const _ of listerOf().list({ listId: 'PLa_long_playlist' }, { signal: never })) break

    expect(pages()).toBe(1)
  })

  it('may be empty', async () => {
    youtube.setPlaylist({ id: 'PLan_empty_playlist', title: 'Empty', videos: [] })

    expect(await idsOf('PLan_empty_playlist')).toEqual([])
  })

  it('ends with a page that stays empty, which is asked for again before it is believed', async () => {
    youtube.setPlaylist({ id: 'PLwith_an_empty_end', title: 'x', videos: bulkIds(3), state: 'empty end' })

    expect(await idsOf('PLwith_an_empty_end')).toEqual(bulkIds(3))
    expect(pages()).toBe(4)
  })
})

describe('a channel', () => {
  const uploads = STAND_IN_CHANNELS[0]?.uploads ?? []
  const onTab = (tab: string): string[] => uploads.filter((upload) => upload.tab === tab).map(({ id }) => id)

  it('has all its uploads, the newest first', async () => {
    expect(await idsOf(`https://www.youtube.com/channel/${CHANNEL}`)).toEqual(uploads.map(({ id }) => id))
  })

  it.each(['@PublicDomainSpeeches', 'c/PublicDomainSpeeches', 'user/speeches1863'])('is found as %s', async (name) => {
    const newest = uploads.slice(0, 3).map(({ id }) => id)

    expect(await idsOf(`https://www.youtube.com/${name}`, { limit: 3 })).toEqual(newest)
  })

  it.each(['videos', 'shorts', 'streams'])('has on its tab %s what it shows there', async (tab) => {
    expect(onTab(tab)).not.toEqual([])
    expect(await idsOf(`https://www.youtube.com/@PublicDomainSpeeches/${tab}`)).toEqual(onTab(tab))
  })

  it('names its shorts', async () => {
    expect(await videosOf(`https://www.youtube.com/channel/${CHANNEL}/shorts`)).toMatchObject([{ title: '俳句' }])
  })

  it('has tabs of many pages', async () => {
    const videos = bulkIds(70)
    const id = 'UCa_busy_channel_1234567'
    youtube.setChannel({
      id,
      names: ['@busy'],
      title: 'Busy',
      uploads: videos.map((one) => ({ id: one, tab: 'videos' })),
    })

    expect(await idsOf('https://www.youtube.com/@busy/videos')).toEqual(videos)
  })
})

describe('a list that cannot be had', () => {
  it.each([
    ['PLnobody_has_made_it', 'The playlist does not exist'],
    ['UCnobody_has_made_it_yet', 'The playlist does not exist'],
    ['https://www.youtube.com/channel/UCnobody_has_made_it_yet/videos', 'The channel does not exist'],
    ['https://www.youtube.com/@nobody_is_called_so', 'there is none'],
  ])('is one that YouTube does not know: %s', async (url, words) => {
    await expect(videosOf(url)).rejects.toMatchObject({
      code: 'list_unavailable',
      message: expect.stringContaining(words),
      retryable: false,
    })
  })

  it('is a private one', async () => {
    youtube.setPlaylist({ id: 'PLa_private_list', title: 'x', videos: bulkIds(1), state: 'private' })

    await expect(videosOf('PLa_private_list')).rejects.toMatchObject({
      code: 'list_unavailable',
      message: 'The list PLa_private_list cannot be had from YouTube: This playlist is private.',
    })
  })

  it('is a tab that a channel does not have', async () => {
    const id = 'UCno_streams_here_123456'
    youtube.setChannel({ id, names: [], title: 'Quiet', uploads: [{ id: 'gettysburg1', tab: 'videos' }] })

    await expect(videosOf(`https://www.youtube.com/channel/${id}/streams`)).rejects.toMatchObject({
      code: 'list_unavailable',
      message: expect.stringContaining('no tab "streams"'),
    })
  })

  it('is one whose id is none', async () => {
    const lister = listerOf()

    await expect(allOf(lister.list({ listId: 'dQw4w9WgXcQ' }, { signal: never }))).rejects.toMatchObject({
      code: 'unsupported_url',
    })
  })
})

describe('a list that has no end', () => {
  it('is left when it goes round in circles', async () => {
    youtube.setPlaylist({ id: 'PLgoes_in_circles', title: 'x', videos: bulkIds(5), state: 'circles' })

    await expect(videosOf('PLgoes_in_circles')).rejects.toMatchObject({
      code: 'source_request_failed',
      message: expect.stringContaining('in circles'),
    })
    expect(pages()).toBe(4)
  })

  it('is left after as many pages as are allowed', async () => {
    youtube.setPlaylist({ id: 'PLa_long_playlist', title: 'Long', videos: bulkIds(250), pageSize: 10 })

    await expect(videosOf('PLa_long_playlist', { lister: listerOf({ maxPages: 5 }) })).rejects.toMatchObject({
      code: 'list_unavailable',
      message: expect.stringContaining('more than 5 pages'),
    })
    expect(pages()).toBe(6)
  })
})

describe('a YouTube that refuses', () => {
  it.each([
    ['rate-limited', 'source_rate_limited'],
    ['captcha', 'source_rate_limited'],
    ['bot-check', 'source_blocked'],
    ['consent', 'consent_required'],
  ] as const)('%s is said by the code %s, and is not asked again', async (how, code) => {
    youtube.behave({ how })

    await expect(videosOf(PLAYLIST)).rejects.toMatchObject({ code })
    expect(pages()).toBe(1)
  })

  it('says until when it wants to be left alone, and is', async () => {
    const lister = listerOf()
    youtube.behave({ how: 'rate-limited', retryAfter: 60, times: 1 })

    await expect(videosOf(PLAYLIST, { lister })).rejects.toMatchObject({ retryAt: expect.any(Date) })
    await expect(videosOf(PLAYLIST, { lister })).rejects.toMatchObject({
      code: 'source_rate_limited',
      retryAt: expect.any(Date),
    })
    expect(pages()).toBe(1)
  })
})

describe('a YouTube that fails', () => {
  it.each(['server-error', 'reset', 'garbage', 'empty'] as const)('is asked again: %s', async (how) => {
    youtube.behave({ how, at: 'browse', times: 2 })

    expect(await idsOf(PLAYLIST)).toHaveLength(5)
    expect(pages()).toBe(3)
  })

  it('is given up after three times', async () => {
    youtube.behave({ how: 'server-error' })

    await expect(videosOf(PLAYLIST)).rejects.toMatchObject({ code: 'source_request_failed', retryable: true })
    expect(pages()).toBe(3)
  })

  it('is not waited for without end', async () => {
    youtube.behave({ how: 'hang' })

    await expect(videosOf(PLAYLIST, { lister: listerOf({ timeoutMs: 50 }) })).rejects.toMatchObject({
      code: 'source_timeout',
    })
  })

  it('says so where a page cannot be read', async () => {
    const fetch = async () => Response.json({ contents: { twoColumnBrowseResultsRenderer: 7 }, alerts: 7 })

    await expect(videosOf(PLAYLIST, { lister: youtubeLister({ fetch, random: () => 0 }) })).rejects.toMatchObject({
      code: 'source_request_failed',
      hint: expect.stringContaining('youtubei.js'),
    })
  })
})

describe('the reading of a list', () => {
  it('ends at once when nobody wants it any more', async () => {
    youtube.behave({ how: 'hang' })
    const stop = new AbortController()
    const reading = videosOf(PLAYLIST, { signal: stop.signal })
    const ended = expect(reading).rejects.toThrow('Enough.')
    await expect.poll(pages).toBe(1)

    stop.abort(new Error('Enough.'))

    await ended
  })

  it('asks anonymously, in English, as every other request to YouTube', async () => {
    await videosOf('https://www.youtube.com/@PublicDomainSpeeches', { limit: 1 })

    expect(youtube.requests.map(({ path, client, hl, acceptLanguage }) => [path, client, hl, acceptLanguage])).toEqual([
      ['/youtubei/v1/navigation/resolve_url', 'WEB', 'en', 'en-US,en;q=0.9'],
      ['/youtubei/v1/browse', 'WEB', 'en', 'en-US,en;q=0.9'],
    ])
  })

  it.each([0, -1, 1.5, NaN])('has no limit of %d videos', async (limit) => {
    await expect(videosOf(PLAYLIST, { limit })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(pages()).toBe(0)
  })

  it.each([0, 1.5, Infinity])('has no %d pages', (maxPages) => {
    expect(() => listerOf({ maxPages })).toThrow('maxPages must be a whole number of at least 1.')
  })
})
