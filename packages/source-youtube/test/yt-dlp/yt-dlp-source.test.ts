import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { inspect } from 'node:util'
import { isTranscriptionError, type ErrorCode, type FetchedTranscript, type TranscriptRequest } from '@ytscriptify/core'
import { eventually, manualClock } from '@ytscriptify/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createStandInYtDlp,
  type StandInYtDlp,
  type YtDlpCall,
  type YtDlpMisbehaviour,
} from '../../src/testing/index.ts'
import { ytDlpSource, type YtDlpSource, type YtDlpSourceOptions } from '../../src/yt-dlp/yt-dlp-source.ts'

let ytDlp: StandInYtDlp
beforeEach(async () => {
  ytDlp = await createStandInYtDlp()
})
afterEach(() => ytDlp.remove())

const sourceOf = (options: YtDlpSourceOptions = {}): YtDlpSource =>
  ytDlpSource({ binary: ytDlp.binary, minGapMs: 0, ...options })

interface Fetching extends Partial<TranscriptRequest> {
  readonly source?: YtDlpSource
  readonly signal?: AbortSignal
}

async function fetch(
  videoId: string,
  { source = sourceOf(), signal = new AbortController().signal, ...request }: Fetching = {},
): Promise<FetchedTranscript> {
  const permit = await source.admit(signal)
  try {
    return await source.fetch({ videoId }, { request: { languages: [], kind: 'any', ...request }, permit, signal })
  } finally {
    permit.release()
  }
}

/** The first run, once there is one. */
async function firstCall(): Promise<YtDlpCall> {
  await eventually(async () => (await ytDlp.calls()).length > 0, { what: 'it runs' })
  return (await ytDlp.calls())[0]!
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a transcript by yt-dlp', () => {
  it('has the text, the language, what is known of the video, and which yt-dlp gave it', async () => {
    const { language, kind, segments, metadata } = await fetch('loreley_de1')

    expect({ language, kind }).toEqual({ language: 'de', kind: 'manual' })
    expect(segments[0]).toMatchObject({
      text: 'Ich weiß nicht, was soll es bedeuten,\nDaß ich so traurig bin;',
      startMs: 480,
    })
    expect(metadata).toEqual({
      title: 'Die Lore-Ley',
      channel: 'Public Domain Speeches',
      publishedAt: '1824-05-31',
      thumbnails: [
        { url: 'https://i.ytimg.com/vi/loreley_de1/default.jpg', width: 120, height: 90 },
        { url: 'https://i.ytimg.com/vi/loreley_de1/hqdefault.jpg', width: 480, height: 360 },
      ],
      live: 'none',
      provenance: {
        client: 'yt-dlp',
        clientVersion: '2026.08.19',
        track: 'German',
        kind: 'manual',
        format: 'json3',
        fetchedAt: expect.any(String),
        contentHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    })
  })

  it('has the description of the video and how often it was viewed, where it says so', async () => {
    const { metadata } = await fetch('gettysburg1')

    expect(metadata).toMatchObject({
      description: 'Spoken at the dedication of the cemetery.\nGettysburg, Pennsylvania.',
      viewCount: 15_000,
    })
  })

  it('is of the track that the request chooses, as with every source', async () => {
    expect(await fetch('gettysburg1', { languages: ['ja', 'es'] })).toMatchObject({ language: 'es', kind: 'manual' })
    expect(await fetch('gettysburg1', { kind: 'generated' })).toMatchObject({ language: 'en', kind: 'generated' })
    expect(await fetch('lusiadas_br', { languages: ['pt'] })).toMatchObject({ language: 'pt-BR', kind: 'manual' })
  })

  it('is never a replayed chat, and never a translation that nobody has asked for', async () => {
    const tracks = await sourceOf().tracks({ videoId: 'liberty1775' }, { signal: new AbortController().signal })

    expect(tracks).toEqual([{ language: 'en', kind: 'generated', name: 'English (auto-generated)' }])
    await expect(fetch('liberty1775', { languages: ['eo'] })).rejects.toMatchObject({ code: 'language_not_found' })
  })
})

describe('a translation by yt-dlp', () => {
  it('is of the track that was chosen, made by a machine, and says from what', async () => {
    const manual = await fetch('loreley_de1', { translateTo: 'eo' })
    const heard = await fetch('liberty1775', { translateTo: 'eo' })

    expect(manual).toMatchObject({ language: 'eo', kind: 'generated', translatedFrom: 'de' })
    expect(manual.segments[0]?.text).toMatch(/^\[eo\] Ich weiß nicht/)
    expect(manual.metadata.provenance).toMatchObject({ track: 'Esperanto from German', kind: 'manual' })
    expect(heard).toMatchObject({ language: 'eo', kind: 'generated', translatedFrom: 'en' })
    const keys = (await ytDlp.calls()).flatMap(({ args }) =>
      args.includes('--sub-langs') ? args.slice(args.indexOf('--sub-langs') + 1)[0] : [],
    )
    expect(keys).toEqual(['eo-de', 'eo'])
  })

  it('is not made where the text is in that language, and not where YouTube makes none', async () => {
    expect(await fetch('loreley_de1', { translateTo: 'de' })).toMatchObject({ language: 'de', kind: 'manual' })
    await expect(fetch('loreley_de1', { translateTo: 'sw' })).rejects.toMatchObject({
      code: 'translation_language_not_found',
      message: expect.stringContaining('available: eo'),
    })
  })

  it('goes through a gate of its own', () => {
    const request = { languages: [], kind: 'any' } as const

    expect(sourceOf().gateKeyOf(request)).toBe('yt-dlp')
    expect(sourceOf().gateKeyOf({ ...request, translateTo: 'eo' })).toBe('yt-dlp:translations')
  })
})

describe('a run of yt-dlp', () => {
  it('reads no configuration, downloads no video, and is given the id as the end of a URL behind --', async () => {
    await fetch('gettysburg1', { languages: ['fr'] })

    const [info, text] = await ytDlp.calls()
    expect(info?.args).toEqual(expect.arrayContaining(['--ignore-config', '--skip-download', '--no-playlist']))
    expect(info?.args.slice(-2)).toEqual(['--', 'https://www.youtube.com/watch?v=gettysburg1'])
    expect(text?.args).toEqual(expect.arrayContaining(['--ignore-config', '--skip-download', '--sub-langs', 'fr']))
    expect(text?.args).not.toContain('--')
  })

  it('is of a path from the working directory, where one is given', async () => {
    const source = sourceOf({ binary: relative(process.cwd(), ytDlp.binary) })

    expect((await fetch('gettysburg1', { source })).language).toBe('en')
  })

  it.each(['--exec=touch x', 'gettysburg1; rm', '../../../etc', '', 'gettysburg1\n', '$(touch x)00'])(
    'is never made for an id that is none: %j',
    async (videoId) => {
      await expect(fetch(videoId)).rejects.toMatchObject({ code: 'unsupported_url' })

      expect(await ytDlp.calls()).toEqual([])
    },
  )

  it('takes an id that begins with a dash for an id', async () => {
    await expect(fetch('-62C9R_41Sc')).rejects.toMatchObject({ code: 'video_unavailable' })
  })

  it('happens in a folder of its own, which is gone afterwards, whatever happened', async () => {
    await fetch('gettysburg1')
    ytDlp.behave('cut-off-text')
    await expect(fetch('gettysburg1')).rejects.toThrow()
    ytDlp.behave('hang')
    const leaving = new AbortController()
    const hanging = Promise.allSettled([fetch('gettysburg1', { signal: leaving.signal })])
    const folders = async () => [...new Set((await ytDlp.calls()).map(({ cwd }) => cwd))]
    await expect.poll(async () => (await folders()).length, { timeout: 20_000 }).toBe(3)
    leaving.abort(new Error('enough'))
    await hanging

    const cwds = await folders()
    expect(cwds.filter((folder) => existsSync(folder))).toEqual([])
    expect(cwds.every((folder) => folder.includes('ytscriptify-yt-dlp-'))).toBe(true)
  })

  it('is told where things are and how to get out, and none of our secrets', async () => {
    process.env['SECRET_KEY'] = 'not for others'
    try {
      await fetch('gettysburg1', { source: sourceOf({ proxy: 'http://user:password@127.0.0.1:9/' }) })
    } finally {
      delete process.env['SECRET_KEY']
    }

    const [call] = await ytDlp.calls()
    expect(call?.env).toMatchObject({ PATH: process.env['PATH'], HTTPS_PROXY: 'http://user:password@127.0.0.1:9/' })
    expect(Object.keys(call?.env ?? {})).not.toContain('SECRET_KEY')
    expect(call?.args.join(' ')).not.toContain('password')
  })

  it('tells of its proxy what went wrong, and nothing that is secret of it', async () => {
    ytDlp.behave('proxy-refused')
    const source = sourceOf({ proxy: 'http://customer-17:hunter%40two@127.0.0.1:9/' })

    const error = await fetch('gettysburg1', { source }).catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({ code: 'source_unreachable', message: expect.stringContaining('to proxy') })
    expect(inspect(error)).not.toMatch(/hunter|customer/)
  })
})

describe('yt-dlp that does not end', () => {
  it('is killed when nobody waits any more, with everything that it has started, before that is told', async () => {
    ytDlp.behave('hang-with-child')
    const leaving = new AbortController()
    const fetching = fetch('gettysburg1', { signal: leaving.signal })
    const call = await firstCall()

    leaving.abort(new Error('the lease is lost'))

    await expect(fetching).rejects.toThrow('the lease is lost')
    expect(isAlive(call.pid)).toBe(false)
    await eventually(() => !isAlive(call.child!), { what: 'its child is gone' })
  })

  it('is killed when its time is over', async () => {
    const clock = manualClock()
    ytDlp.behave('hang')
    const fetching = fetch('gettysburg1', { source: sourceOf({ clock, timeoutMs: 60_000 }) })
    const outcome = Promise.allSettled([fetching])
    const call = await firstCall()

    await clock.advance(60_000)

    expect(await outcome).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'source_timeout', retryable: true }) },
    ])
    expect(isAlive(call.pid)).toBe(false)
  })

  it('is killed when it prints more than anybody wants to read', async () => {
    ytDlp.behave('flood')

    await expect(fetch('gettysburg1', { source: sourceOf({ maxOutputBytes: 1_000_000 }) })).rejects.toMatchObject({
      code: 'source_request_failed',
      message: expect.stringContaining('1000000 bytes'),
    })
    const [call] = await ytDlp.calls()
    expect(isAlive(call!.pid)).toBe(false)
  })
})

describe('what yt-dlp says of a video', () => {
  it.each<{ video: string; code: ErrorCode }>([
    { video: 'no_captions', code: 'transcripts_disabled' },
    { video: 'unplayable1', code: 'video_unplayable' },
    { video: 'private_vid', code: 'video_private' },
    { video: 'age_limited', code: 'age_restricted' },
    { video: 'members_vid', code: 'members_only' },
    { video: 'premium_vid', code: 'premium_only' },
    { video: 'paid_rental', code: 'payment_required' },
    { video: 'geo_blocked', code: 'geo_blocked' },
    { video: 'terminated1', code: 'account_terminated' },
    { video: 'live_now_v1', code: 'live_now' },
    { video: 'po_token_v1', code: 'po_token_required' },
    { video: '00000000000', code: 'video_unavailable' },
  ])('of $video is $code', async ({ video, code }) => {
    await expect(fetch(video)).rejects.toMatchObject({ code })
  })

  it('of one that has not started is when it will', async () => {
    await ytDlp.remove()
    const startsAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 7_200_000)
    const later = { id: 'later_start', title: 'Later', channel: 'c', tracks: [], state: 'upcoming', startsAt } as const
    ytDlp = await createStandInYtDlp({ videos: [later] })

    await expect(fetch('later_start')).rejects.toMatchObject({ code: 'live_upcoming', retryAt: startsAt })
  })
})

describe('what goes wrong with yt-dlp', () => {
  it.each<{ how: YtDlpMisbehaviour; code: ErrorCode; says: RegExp }>([
    { how: 'bot-check', code: 'source_blocked', says: /not a bot/ },
    { how: 'rate-limited', code: 'source_rate_limited', says: /429/ },
    { how: 'offline', code: 'source_unreachable', says: /Failed to resolve/ },
    { how: 'po-token', code: 'transcripts_disabled', says: /no captions/ },
    { how: 'garbage', code: 'source_request_failed', says: /did not give/ },
    { how: 'usage-error', code: 'source_request_failed', says: /no such option/ },
    { how: 'rate-limited-text', code: 'source_rate_limited', says: /429/ },
    { how: 'no-text', code: 'source_request_failed', says: /503/ },
    { how: 'empty-text', code: 'empty_transcript', says: /without text/ },
    { how: 'cut-off-text', code: 'empty_transcript', says: /unreadable/ },
  ])('is $code when it is $how', async ({ how, code, says }) => {
    const video = how === 'po-token' ? 'no_captions' : 'gettysburg1'
    ytDlp.behave(how)

    await expect(fetch(video)).rejects.toMatchObject({ code, message: expect.stringMatching(says) })
  })

  it('is never shown with an address or with advice for those who sit before it', async () => {
    ytDlp.behave('bot-check')

    const error: unknown = await fetch('gettysburg1').catch((caught: unknown) => caught)

    expect(isTranscriptionError(error) && error.message).toBe(
      'yt-dlp got no captions of gettysburg1: "Sign in to confirm you’re not a bot".',
    )
  })

  it.each(['there-is-no-such-program', join(tmpdir(), 'neither', 'here')])(
    'is that it is not installed: how to install it, and which setting says where it is (%s)',
    async (binary) => {
      const missing = {
        code: 'source_unreachable',
        retryable: false,
        hint: expect.stringMatching(/Install.*YT_DLP_BINARY/),
      }
      const source = sourceOf({ binary })

      await expect(fetch('gettysburg1', { source })).rejects.toMatchObject(missing)
      await expect(source.check({ signal: new AbortController().signal })).rejects.toMatchObject(missing)
    },
  )

  it('is a file that is no program', async () => {
    const file = join(ytDlp.binary, '..', 'no-program')
    await writeFile(file, 'text')

    await expect(fetch('gettysburg1', { source: sourceOf({ binary: file }) })).rejects.toMatchObject({
      code: 'source_unreachable',
      message: expect.stringContaining('EACCES'),
    })
  })
})

describe('one video at a time', () => {
  it('is one process at a time: the next one begins when the last one has gone', async () => {
    ytDlp.behave('hang')
    const leaving = new AbortController()
    const source = sourceOf({ concurrency: 1 })
    const first = Promise.allSettled([fetch('bulk0000001', { source, signal: leaving.signal })])
    const { pid } = await firstCall()
    const second = fetch('bulk0000002', { source })
    ytDlp.behave(undefined)

    leaving.abort(new Error('enough'))

    expect((await second).segments[0]?.text).toBe('This is video number 0000002.')
    expect(isAlive(pid)).toBe(false)
    expect((await first)[0].status).toBe('rejected')
    expect((await ytDlp.calls()).map(({ args }) => args.at(-1)).filter((last) => last?.startsWith('https:'))).toEqual([
      'https://www.youtube.com/watch?v=bulk0000001',
      'https://www.youtube.com/watch?v=bulk0000002',
    ])
  })
})

describe('options that cannot be meant', () => {
  it.each<[YtDlpSourceOptions, string]>([
    [{ binary: '' }, 'binary'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ concurrency: 0 }, 'concurrency'],
    [{ minGapMs: -1 }, 'minGapMs'],
    [{ maxOutputBytes: Number.NaN }, 'maxOutputBytes'],
    [{ proxy: 'user:secret@host' }, 'proxy'],
  ])('are refused, and never shown where they may be secret: %j', (options, named) => {
    expect(() => ytDlpSource(options)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        message: expect.stringMatching(new RegExp(`^${named} (?!.*secret)`)),
      }),
    )
  })
})
