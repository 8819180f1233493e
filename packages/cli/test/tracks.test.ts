import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeOlder, schemaOf } from './support/older-schema.ts'
import { openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})

beforeEach(() => place.youtube.behaveWell())

afterAll(() => place.close())

describe('ytscriptify tracks', () => {
  it('lists the caption tracks of a video, with one request and without a job', async () => {
    const before = place.youtube.requests.length

    const { code, stdout, stderr } = await place.run(['tracks', 'https://youtu.be/gettysburg1'])

    expect(stdout.trimEnd().split('\n')).toEqual([
      'LANGUAGE  KIND       NAME                      TRANSLATED TO',
      'fr        manual     French                    ar, de, en, es, ja, pt',
      'en        manual     English                   ar, de, es, fr, ja, pt',
      'en        generated  English (auto-generated)  ar, de, es, fr, ja, pt',
      'de        manual     German                    ar, en, es, fr, ja, pt',
      'es        manual     Spanish                   ar, de, en, fr, ja, pt',
    ])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(place.youtube.requests.slice(before).map(({ path }) => path)).toEqual(['/youtubei/v1/player'])
    expect(place.hasDatabase()).toBe(false)
  })

  it('prints one JSON object for programs', async () => {
    const { code, stdout } = await place.run(['tracks', 'loreley_de1', '--json'])

    expect(JSON.parse(stdout)).toEqual({
      video_id: 'loreley_de1',
      tracks: expect.arrayContaining([
        {
          language: 'de',
          name: 'German',
          kind: 'manual',
          translatable: true,
          translates_to: ['ar', 'en', 'es', 'fr', 'ja', 'pt'],
        },
      ]),
    })
    expect(code).toBe(0)
  })

  it('names some of many languages, and how many more there are', async () => {
    place.youtube.behave({ how: 'server-error', client: 'ANDROID' })

    const { stdout } = await place.run(['tracks', 'loreley_de1'])

    expect(stdout).toContain('ar, en, es, fr, ja, pt and 5 more')
  })

  it('takes an id that begins with a dash for an id', async () => {
    place.youtube.setVideo({ id: '-62C9R_41Sc', title: 'Dashed', channel: 'c', tracks: [] })

    const { code, stderr } = await place.run(['tracks', '-62C9R_41Sc'])

    expect(stderr).toContain('-62C9R_41Sc has no captions.')
    expect(code).toBe(4)
  })

  it('says what is wrong with the video, with the way to it and with the command line by its exit code', async () => {
    const isPrivate = await place.run(['tracks', 'private_vid', '--json'])
    const noVideo = await place.run(['tracks', 'https://evil.test/'])
    place.youtube.behave({ how: 'rate-limited' })
    const refused = await place.run(['tracks', 'gettysburg1'])

    expect(isPrivate).toMatchObject({ code: 4, stderr: expect.stringContaining('private_vid is private') })
    expect(JSON.parse(isPrivate.stdout)).toEqual({
      error: {
        code: 'video_private',
        message: expect.stringContaining('private_vid is private'),
        hint: expect.any(String),
        retryable: false,
        retry_at: null,
      },
    })
    expect(noVideo).toMatchObject({ code: 2, stderr: expect.stringContaining('is not the URL of a video') })
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining('YouTube asks to slow down') })
  })

  it('asks nobody while YouTube has this address wait', async () => {
    place.youtube.behave({ how: 'rate-limited', retryAfter: 600 })
    await place.run(['transcribe', 'fdr1933fear', '--max-wait', '0'])
    place.youtube.behaveWell()
    const before = place.youtube.requests.length

    const { code, stderr } = await place.run(['tracks', 'gettysburg1'])

    expect(stderr).toContain('The source "youtube" is not asked now')
    expect(stderr).toMatch(/^hint: .* Try again in \d+:\d\d\.$/m)
    expect(code).toBe(5)
    expect(place.youtube.requests).toHaveLength(before)
  })

  it('does not change an older schema, says that it cannot look for a pause there, and asks', async () => {
    const other = await openWorkplace()
    onTestFinished(() => other.close())
    const file = join(other.folder, 'transcriber.db')
    await other.run(['migrate'])
    makeOlder(file)

    const { code, stdout, stderr } = await other.run(['tracks', 'gettysburg1', '--json'])

    expect(stderr).toContain('whether YouTube has us wait, cannot be told before "ytscriptify migrate".')
    expect(JSON.parse(stdout)).toMatchObject({ video_id: 'gettysburg1' })
    expect(code).toBe(0)
    expect(schemaOf(file)).toBe(1)
  })

  it('ends with 2 where a program is missing: waiting does not mend that', async () => {
    const env = { SOURCES: 'yt-dlp', YT_DLP_BINARY: './tools/yt-dlp' }
    const other = await openWorkplace()
    onTestFinished(() => other.close())

    const { code, stderr } = await other.run(['tracks', 'gettysburg1'], { env })

    expect(stderr).toContain('cannot be started (ENOENT).')
    expect(code).toBe(2)
  })

  it('goes on to yt-dlp and to files where SOURCES says so', async () => {
    await place.write('gettysburg1.la.srt', '1\n00:00:01,000 --> 00:00:02,000\nOcto et septuaginta anni.\n')
    const env = { SOURCES: 'file,youtube', SUBTITLE_FOLDER: '.' }

    const { stdout } = await openAnother(env)

    expect(stdout).toContain('la        manual  -     not known')
  })

  /** In a folder without pauses. */
  async function openAnother(env: Record<string, string>) {
    const other = await openWorkplace()
    try {
      return await other.run(['tracks', 'gettysburg1'], { env: { ...env, SUBTITLE_FOLDER: place.folder } })
    } finally {
      await other.close()
    }
  }
})
