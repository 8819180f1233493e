import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseVideoId } from '../src/parse-video-id.ts'

const ID = 'Ab_9-xyzQ04'

describe('the URL of a video', () => {
  it.each([
    `https://www.youtube.com/watch?v=${ID}`,
    `http://youtube.com/watch?v=${ID}`,
    `HTTPS://WWW.YOUTUBE.COM/watch?v=${ID}`,
    `https://m.youtube.com/watch?v=${ID}`,
    `https://music.youtube.com/watch?v=${ID}&feature=share`,
    `https://www.youtube-nocookie.com/embed/${ID}`,
    `https://www.youtubekids.com/watch?v=${ID}`,
    `https://www.youtube.com./watch?v=${ID}`,
    `https://youtu.be/${ID}`,
    `https://youtu.be/${ID}?si=abcdefghijk&t=42`,
    `https://youtu.be/${ID}&feature=channel`,
    `https://www.youtube.com/shorts/${ID}`,
    `https://www.youtube.com/live/${ID}?feature=share`,
    `https://www.youtube.com/embed/${ID}?autoplay=1`,
    `https://www.youtube.com/v/${ID}`,
    `https://www.youtube.com/e/${ID}`,
    `https://www.youtube.com/watch/${ID}/`,
    `https://www.youtube.com/watch_popup?v=${ID}`,
    `https://www.youtube.com/?feature=player_embedded&v=${ID}`,
    `https://www.youtube.com/watch#!v=${ID}`,
    `https://www.youtube.com/attribution_link?a=AbCdEfGhIjK&u=%2Fwatch%3Fv%3D${ID}%26feature%3Dshare`,
    `https://www.youtube.com/oembed?url=https%3A//www.youtube.com/watch?v%3D${ID}&format=json`,
    `https://consent.youtube.com/m?continue=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D${ID}&gl=DE`,
    `https://i.ytimg.com/vi/${ID}/hqdefault.jpg`,
    `https://img.youtube.com/vi/${ID}/0.jpg`,
    `vnd.youtube:${ID}`,
    `vnd.youtube://${ID}`,
  ])('is recognised: %s', (url) => {
    expect(parseVideoId(url)).toBe(ID)
  })

  it.each([ID, `  ${ID}\n`, `youtube.com/watch?v=${ID}`, `//www.youtube.com/embed/${ID}`, ` https://youtu.be/${ID}\t`])(
    'may be a bare id, lack its scheme and be surrounded by blanks: %j',
    (input) => {
      expect(parseVideoId(input)).toBe(ID)
    },
  )

  it.each([
    `https://youtu.be/${ID})`,
    `https://youtu.be/${ID}, and more`.split(' ')[0]!,
    `https://www.youtube.com/watch?v=${ID}]`,
  ])('may have punctuation of the sentence around it at its end: %s', (input) => {
    expect(parseVideoId(input)).toBe(ID)
  })

  // The empty segment behind a slash once was taken for the id.
  it.each([
    `https://www.youtube.com/watch/?v=${ID}`,
    `https://www.youtube.com//watch?v=${ID}`,
    `https://www.youtube.com/embed/?v=${ID}`,
    `https://www.youtube.com/embed?v=${ID}`,
    `https://www.youtube.com/v/?v=${ID}`,
    `https://www.youtube.com/embed//${ID}`,
    `https://youtu.be//${ID}`,
  ])('may have a slash too many: %s', (url) => {
    expect(parseVideoId(url)).toBe(ID)
  })

  it.each([
    `https://m.youtube.com/#/watch?v=${ID}`,
    `https://m.youtube.com/#!/watch?feature=related&v=${ID}`,
    `https://www.youtube.com/watch#v=${ID}`,
  ])('may have its query behind a hash: %s', (url) => {
    expect(parseVideoId(url)).toBe(ID)
  })

  it('takes the first of two ids in its query, and never one of another parameter', () => {
    expect(parseVideoId(`https://www.youtube.com/watch?v=${ID}&v=AbCdEfGhIjK`)).toBe(ID)
    expect(parseVideoId('https://www.youtube.com/watch?feature=AbCdEfGhIjK')).toBeUndefined()
  })

  it('may have its id percent-encoded', () => {
    expect(parseVideoId(`https://www.youtube.com/watch?v=Ab%5F9-xyzQ04`)).toBe(ID)
    expect(parseVideoId(`https://youtu.be/Ab%5F9-xyzQ04`)).toBe(ID)
  })
})

describe('what is not the URL of one video', () => {
  it.each([
    ['nothing', ''],
    ['blanks', '           '],
    ['words', 'hello world'],
    ['a host of 11 characters', 'youtube.com'],
    ['an id with a letter that is not ASCII', 'Ａb_9-xyzQ04'],
    ['a bare id with something behind it', `${ID}&t=5`],
    ['an id that is too short', 'https://www.youtube.com/watch?v=Ab_9-xyzQ0'],
    ['the start page', 'https://www.youtube.com/'],
    ['a playlist', 'https://www.youtube.com/playlist?list=PLabcdefghijklmnopqrstuvwxyz0123'],
    ['an embedded playlist', 'https://www.youtube.com/embed/videoseries?list=PLabcdefghijklm'],
    ['the embedded broadcast of a channel', 'https://www.youtube.com/embed/live_stream?channel=UCabc'],
    ['an embedded playlist with an id beside it', `https://www.youtube.com/embed/videoseries?list=PLabc&v=${ID}`],
    ['a channel by its old name of 11 characters', 'https://www.youtube.com/AbCdEfGhIjK'],
    ['a handle', 'https://www.youtube.com/@abcdefghijk'],
    ['the live page of a channel', 'https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/live'],
    ['a clip', 'https://www.youtube.com/clip/UgkxAbCdEfGhIjKlMnOp'],
    ['a search', 'https://www.youtube.com/results?search_query=abcdefghijk'],
    ['two URLs in one string', `https://youtu.be/${ID} https://youtu.be/AbCdEfGhIjK`],
    ['embed code', `<iframe src="https://www.youtube.com/embed/${ID}"></iframe>`],
  ])('%s', (_what, input) => {
    expect(parseVideoId(input)).toBeUndefined()
  })

  it.each([
    ['a foreign host', `https://example.com/watch?v=${ID}`],
    ['a host that ends like it', `https://notyoutube.com/watch?v=${ID}`],
    ['a host that begins like it', `https://www.youtube.com.evil.example/watch?v=${ID}`],
    ['a user name that looks like it', `https://www.youtube.com@evil.example/watch?v=${ID}`],
    ['its own host with a user name', `https://someone:secret@www.youtube.com/watch?v=${ID}`],
    ['its URL in the path of another', `https://evil.example/youtube.com/watch?v=${ID}`],
    ['its URL in the query of another', `https://evil.example/?u=https://www.youtube.com/watch?v=${ID}`],
    ['its URL in the fragment of another', `https://evil.example/#https://youtu.be/${ID}`],
    ['a backslash before the real host', `https://evil.example\\@www.youtube.com/watch?v=${ID}`],
    ['a script', `javascript:alert('youtu.be/${ID}')`],
    ['a file', `file:///youtube.com/watch?v=${ID}`],
    [
      'an attribution link that leads elsewhere',
      `https://www.youtube.com/attribution_link?u=https%3A%2F%2Fevil.example%2Fwatch%3Fv%3D${ID}`,
    ],
  ])('a look-alike: %s', (_what, input) => {
    expect(parseVideoId(input)).toBeUndefined()
  })

  it('links that lead to links without end', () => {
    const nest = (url: string): string => `https://www.youtube.com/attribution_link?u=${encodeURIComponent(url)}`
    const endless = Array.from({ length: 6 }).reduce<string>(nest, `/watch?v=${ID}`)

    expect(parseVideoId(endless)).toBeUndefined()
    expect(parseVideoId('x'.repeat(1_000_000))).toBeUndefined()
  })
})

const recorded = new URL('../../../../shared/youtube/url-vectors.json', import.meta.url)
const present = existsSync(fileURLToPath(recorded))
const vectors = present
  ? z
      .array(z.object({ url: z.string(), videoId: z.string().nullable() }))
      .parse(JSON.parse(readFileSync(recorded, 'utf8')))
  : []

describe.runIf(present)('URLs that other projects test with, where they are at hand', () => {
  it.each(vectors)('$url', ({ url, videoId }) => {
    expect(parseVideoId(url) ?? null).toBe(videoId)
  })
})
