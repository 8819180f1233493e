import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { STAND_IN_VIDEOS, startStandInYouTube, type StandInYouTube } from '../src/testing/index.ts'

let youtube: StandInYouTube

beforeEach(async () => {
  youtube = await startStandInYouTube()
})

afterEach(() => youtube.close())

const player = (videoId: string, client = 'ANDROID'): Promise<Response> =>
  fetch(`${youtube.url}/youtubei/v1/player`, {
    method: 'POST',
    body: JSON.stringify({ videoId, context: { client: { clientName: client, hl: 'en' } } }),
  })

interface PlayerJson {
  playabilityStatus: { status: string; reason?: string }
  videoDetails: { title: string }
  captions: { playerCaptionsTracklistRenderer: { captionTracks: [{ baseUrl: string }] } }
}

const playerJsonOf = async (videoId: string): Promise<PlayerJson> =>
  (await player(videoId)).json() as Promise<PlayerJson>

const captionPath = async (videoId: string): Promise<string> => {
  const answer = await playerJsonOf(videoId)
  const { pathname, search } = new URL(answer.captions.playerCaptionsTracklistRenderer.captionTracks[0].baseUrl)
  return pathname + search
}

describe('the stand-in for YouTube', () => {
  it('knows videos with ids of 11 characters, manual and generated tracks and several languages', () => {
    const ids = STAND_IN_VIDEOS.map(({ id }) => id)
    const tracks = STAND_IN_VIDEOS.flatMap((video) => video.tracks)

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^[\w-]{11}$/.test(id))).toEqual([])
    expect(STAND_IN_VIDEOS.filter((video) => !video.state && video.tracks.length > 0).length).toBeGreaterThanOrEqual(8)
    expect(new Set(tracks.map(({ kind }) => kind))).toEqual(new Set(['manual', 'generated']))
    expect(new Set(tracks.map(({ language }) => language)).size).toBeGreaterThanOrEqual(6)
  })

  it('answers the player call, the watch page and caption texts in three formats', async () => {
    const path = await captionPath('aintiawoman')

    const classic = await (await fetch(youtube.url + path)).text()
    const srv3 = await (await fetch(`${youtube.url}${path}&fmt=srv3`)).text()
    const json3: unknown = await (await fetch(`${youtube.url}${path}&fmt=json3`)).json()
    const page = await (await fetch(`${youtube.url}/watch?v=aintiawoman`)).text()

    expect(classic).toContain('<text start="3.92"')
    expect(classic).toContain('woman&amp;#39;s rights.</text>')
    expect(srv3).toContain('woman&#39;s rights.</p>')
    expect(json3).toHaveProperty('events.2.segs.0.utf8', "I am a woman's rights.")
    expect(page).toContain('var ytInitialPlayerResponse = {"playabilityStatus":{"status":"OK"')
  })

  it('gives no caption text to an address that it did not sign', async () => {
    const answer = await fetch(`${youtube.url}/api/timedtext?v=aintiawoman&lang=en`)

    expect(answer.status).toBe(403)
  })

  it('has as many videos as a test needs, each with a text of its own', async () => {
    const first = await fetch(youtube.url + (await captionPath('bulk0000001')))
    const second = await fetch(youtube.url + (await captionPath('bulk0000002')))

    expect(await first.text()).toContain('This is video number 0000001.')
    expect(await second.text()).toContain('This is video number 0000002.')
  })

  it('says of an id that it does not know that the video is unavailable', async () => {
    const answer = await playerJsonOf('AbCdEfGhIjK')

    expect(answer.playabilityStatus).toMatchObject({ status: 'ERROR', reason: 'This video is unavailable' })
  })

  it('keeps a log of what it was asked', async () => {
    await player('gettysburg1', 'IOS')

    expect(youtube.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/youtubei/v1/player',
        videoId: 'gettysburg1',
        client: 'IOS',
        hl: 'en',
      }),
    ])
  })

  it('takes its time when told to', async () => {
    const slow = await startStandInYouTube({ latencyMs: 60 })
    const start = performance.now()

    await fetch(`${slow.url}/generate_204`)

    expect(performance.now() - start).toBeGreaterThan(55)
    await slow.close()
  })

  it('takes videos that a test brings', async () => {
    youtube.setVideo({ id: 'my_own_vide', title: 'Mine', channel: 'Me', tracks: [] })

    const answer = await playerJsonOf('my_own_vide')

    expect(answer.videoDetails.title).toBe('Mine')
  })
})

describe('misbehaviour of the stand-in', () => {
  it('happens as often as it was told, in the order of telling, and then no more', async () => {
    youtube.behave({ how: 'rate-limited', retryAfter: 7, times: 2 })
    youtube.behave({ how: 'server-error', times: 1 })

    const answers = [
      await player('gettysburg1'),
      await player('gettysburg1'),
      await player('gettysburg1'),
      await player('gettysburg1'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([429, 429, 503, 200])
    expect(answers[0]?.headers.get('retry-after')).toBe('7')
  })

  it('can be for one video, one client or one kind of request only', async () => {
    youtube.behave({ how: 'server-error', videoId: 'gettysburg1' })
    youtube.behave({ how: 'rate-limited', client: 'IOS' })
    youtube.behave({ how: 'empty' })

    expect((await player('gettysburg1')).status).toBe(503)
    expect((await player('aintiawoman')).status).toBe(200)
    expect((await player('aintiawoman', 'IOS')).status).toBe(429)
    expect(await (await fetch(youtube.url + (await captionPath('aintiawoman')))).text()).toBe('')
  })

  it('ends by itself after the time it was told for, or when it is ended', async () => {
    youtube.behave({ how: 'server-error', forMs: 1 })
    const end = youtube.behave({ how: 'rate-limited' })
    const during = await (async () => {
      let answer = await player('gettysburg1')
      while (answer.status === 503) answer = await player('gettysburg1')
      return answer
    })()
    end()

    expect(during.status).toBe(429)
    expect((await player('gettysburg1')).status).toBe(200)
  })

  it('resets connections, and leaves requests without an answer until it closes', async () => {
    youtube.behave({ how: 'reset', times: 1 })
    youtube.behave({ how: 'hang' })

    await expect(player('gettysburg1')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    const hanging = player('gettysburg1').then(
      () => 'answered',
      () => 'ended',
    )
    await expect.poll(() => youtube.requests.length).toBe(2)
    await youtube.close()

    expect(await hanging).toBe('ended')
  })

  it('is driven over HTTP by other processes', async () => {
    const control = `${youtube.url}/_stand-in`
    const told = await fetch(`${control}/behave`, { method: 'POST', body: JSON.stringify({ how: 'server-error' }) })
    const during = await player('gettysburg1')
    await fetch(`${control}/behave`, { method: 'DELETE' })
    const afterwards = await player('gettysburg1')
    const refused = await fetch(`${control}/behave`, { method: 'POST', body: '{"how":"politely"}' })
    const log: unknown = await (await fetch(`${control}/log`)).json()

    expect([told.status, during.status, afterwards.status, refused.status]).toEqual([204, 503, 200, 400])
    expect(await refused.text()).toContain('how')
    expect(log).toMatchObject({ requests: [{ misbehaviour: 'server-error' }, { videoId: 'gettysburg1' }] })
  })

  it('is refused when nobody could have meant it', () => {
    expect(() => youtube.behave({ how: 'empty', times: 0 })).toThrow()
  })
})
