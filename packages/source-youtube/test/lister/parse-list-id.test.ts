import { describe, expect, it } from 'vitest'
import { parseListId, targetOf } from '../../src/lister/parse-list-id.ts'
import { parseVideoId } from '../../src/parse-video-id.ts'

const PLAYLIST = 'PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf'
const CHANNEL = 'UCsXVk37bltHxD1rDPwtNM8Q'

describe('the URL of a playlist', () => {
  it.each([
    `https://www.youtube.com/playlist?list=${PLAYLIST}`,
    `https://www.youtube.com/playlist?list=${PLAYLIST}&si=abc`,
    `youtube.com/playlist?list=${PLAYLIST}`,
    `https://m.youtube.com/playlist?list=${PLAYLIST}`,
    `https://music.youtube.com/playlist?list=${PLAYLIST}`,
    `https://www.youtube.com/watch?list=${PLAYLIST}`,
    `https://www.youtube-nocookie.com/embed/videoseries?list=${PLAYLIST}`,
    `  ${PLAYLIST}\n`,
  ])('is recognised as %s', (url) => {
    expect(parseListId(url)).toBe(PLAYLIST)
  })

  it.each([
    ['uploads', 'UUsXVk37bltHxD1rDPwtNM8Q'],
    ['favourites', 'FLsXVk37bltHxD1rDPwtNM8Q'],
    ['an album', 'OLAK5uy_kLv9hK3d8nB6YbY9N3u1x0m4l5o6p7q8r'],
    ['a mix that YouTube Music has put together', 'RDCLAK5uy_kmPRjHDECIcuVwnKsx2Ng7fyNgFKWNJFs'],
  ])('may be that of %s', (_what, id) => {
    expect(parseListId(`https://www.youtube.com/playlist?list=${id}`)).toBe(id)
    expect(targetOf(id)).toEqual({ type: 'playlist', playlistId: id })
  })
})

describe('the URL of a channel', () => {
  it.each([
    [`https://www.youtube.com/channel/${CHANNEL}`, CHANNEL],
    [`https://www.youtube.com/channel/${CHANNEL}/`, CHANNEL],
    [`(https://www.youtube.com/channel/${CHANNEL})`.slice(1), CHANNEL],
    [CHANNEL, CHANNEL],
    ['https://www.youtube.com/@kurzgesagt', '@kurzgesagt'],
    ['https://www.youtube.com/@kurzgesagt/featured?view=0', '@kurzgesagt'],
    ['https://www.youtube.com/@%E6%9D%B1%E4%BA%AC', '@東京'],
    ['@kurzgesagt', '@kurzgesagt'],
    ['https://www.youtube.com/c/Kurzgesagt', 'c/Kurzgesagt'],
    ['http://youtube.com/user/Kurzgesagt', 'user/Kurzgesagt'],
  ])('%s stands for all its uploads', (url, listId) => {
    expect(parseListId(url)).toBe(listId)
    expect(targetOf(listId)).toEqual({ type: 'channel', name: listId, tab: undefined })
  })

  it.each([
    [`https://www.youtube.com/channel/${CHANNEL}/videos`, { name: CHANNEL, tab: 'videos' }],
    ['https://www.youtube.com/@kurzgesagt/shorts', { name: '@kurzgesagt', tab: 'shorts' }],
    ['https://www.youtube.com/c/Kurzgesagt/streams', { name: 'c/Kurzgesagt', tab: 'streams' }],
    ['https://www.youtube.com/user/videos/videos', { name: 'user/videos', tab: 'videos' }],
  ])('%s stands for what is on that tab', (url, target) => {
    expect(targetOf(parseListId(url) ?? '')).toEqual({ type: 'channel', ...target })
  })
})

describe('what is not the URL of a list', () => {
  it.each([
    ['a video, even in a list', `https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=${PLAYLIST}`],
    ['a short link with a list', `https://youtu.be/dQw4w9WgXcQ?list=${PLAYLIST}`],
    ['a bare id of a video', 'dQw4w9WgXcQ'],
    ['a bare id of a video that begins like a list', 'PLAYlist_12'],
    ['a mix, which has no end', 'https://www.youtube.com/playlist?list=RDdQw4w9WgXcQ'],
    ['a list that its owner alone sees', 'https://www.youtube.com/playlist?list=WL'],
    ['a playlist without its id', 'https://www.youtube.com/playlist'],
    ['what a channel broadcasts now', 'https://www.youtube.com/@kurzgesagt/live'],
    ['another tab of a channel', 'https://www.youtube.com/@kurzgesagt/playlists'],
    ['more than a tab', 'https://www.youtube.com/@kurzgesagt/videos/more'],
    ['half of a channel', 'https://www.youtube.com/channel/UCshort'],
    ['a look-alike host', `https://www.youtube.com.evil.test/playlist?list=${PLAYLIST}`],
    ['a host behind a user', `https://www.youtube.com@evil.test/playlist?list=${PLAYLIST}`],
    ['a user before the host', `https://me:secret@www.youtube.com/playlist?list=${PLAYLIST}`],
    ['another scheme', `ftp://www.youtube.com/playlist?list=${PLAYLIST}`],
    ['two URLs in one line', `https://www.youtube.com/@a https://www.youtube.com/@b`],
    ['an endless one', `https://www.youtube.com/@${'a'.repeat(5_000)}`],
    ['nothing', ''],
  ])('is %s', (_what, input) => {
    expect(parseListId(input)).toBeUndefined()
  })

  it('is never that of a video too: each line names one thing', () => {
    const urls = [`https://www.youtube.com/watch?list=${PLAYLIST}`, `https://www.youtube.com/@kurzgesagt`, PLAYLIST]

    expect(urls.map(parseVideoId)).toEqual([undefined, undefined, undefined])
  })
})

describe('the id of a list', () => {
  it.each(['', 'dQw4w9WgXcQ', '@kurzgesagt/about', '../x', 'c/a/b', 'videos', '/videos'])('is not %j', (listId) => {
    expect(targetOf(listId)).toBeUndefined()
  })
})
