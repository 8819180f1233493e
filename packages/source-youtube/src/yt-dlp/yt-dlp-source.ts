// ytDlpSource(): transcripts of YouTube videos by an installed yt-dlp. docs/decisions says how it is run, and why.
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  TranscriptionError,
  chooseTrack,
  systemClock,
  type Clock,
  type FetchOptions,
  type FetchedTranscript,
  type Segment,
  type Track,
  type TranscriptSource,
  type VideoRef,
} from '@ytscriptify/core'
import { withDeadline } from '../deadline.ts'
import { createLimiter } from '../limiter.ts'
import { isVideoId, parseVideoId } from '../parse-video-id.ts'
import { readTimedText } from '../timed-text.ts'
import { provenanceOf } from '../transcript-of.ts'
import { chooseTranslation } from '../translation.ts'
import { infoArguments, textArguments } from './arguments.ts'
import { childEnvironment } from './child-environment.ts'
import { createYtDlpDiagnosis } from './diagnosis.ts'
import { failureOf, hasLeftOut, missingProgram, unreadable } from './failures.ts'
import { createProgramRunner, type ProgramResult } from './run-program.ts'
import { withTemporaryFolder } from './temporary-folder.ts'
import { secretsHidden } from './without-secrets.ts'
import { readVideoInfo, type VideoInfo, type YtDlpTrack, type YtDlpTranslation } from './video-info.ts'

export interface YtDlpSourceOptions {
  /**
   * The program: a name that is looked up in `PATH`, or a path from the working directory. No shell is involved.
   * @default 'yt-dlp'. Change it where it is installed elsewhere.
   */
  readonly binary?: string
  /** Names the source in stored rows, unless `firstOf` does. @default 'yt-dlp' */
  readonly id?: string
  /**
   * How long one video may take, from the start of the program to the text, in milliseconds. It is killed then, with
   * everything that it has started.
   * @default 45_000, within the minute that a worker gives an attempt. Allow both more on a slow line.
   */
  readonly timeoutMs?: number
  /** How many videos are asked for at the same time, by this source. @default 2: each is a process of its own. */
  readonly concurrency?: number
  /**
   * Mean time between the starts of two videos, in milliseconds, drawn from half to one and a half of it.
   * @default 500. Take more where YouTube blocks you.
   */
  readonly minGapMs?: number
  /**
   * The proxy that it asks through. It is handed on by the environment, where a list of processes does not show it.
   * @default what `HTTPS_PROXY` and its like say
   */
  readonly proxy?: string
  /** The longest output and the longest text that are read, in bytes. @default 32 MiB */
  readonly maxOutputBytes?: number
  /** @default the system's. Tests bring their own. */
  readonly clock?: Clock
  /** From 0 to 1, as `Math.random`. @default `Math.random` */
  readonly random?: () => number
}

export type YtDlpSource = TranscriptSource &
  Required<Pick<TranscriptSource, 'gateKeyOf' | 'tracks' | 'check' | 'diagnose'>>

/**
 * Fetches transcripts from YouTube with an installed yt-dlp (https://github.com/yt-dlp/yt-dlp). It recognises the same
 * URLs as `youtubeSource`, and chooses the track in the same way. The configuration files of yt-dlp are not read; its
 * plugins and its cache are used as they are.
 *
 * @throws {TranscriptionError} `invalid_input` for options that cannot be meant.
 */
export function ytDlpSource(options: YtDlpSourceOptions = {}): YtDlpSource {
  const { id = 'yt-dlp', clock = systemClock, random = Math.random } = options
  const timeoutMs = atLeast(1, 'timeoutMs', options.timeoutMs ?? 45_000)
  const maxOutputBytes = atLeast(1, 'maxOutputBytes', options.maxOutputBytes ?? 32 * 1024 * 1024)
  const binary = programOf(options.binary ?? 'yt-dlp')
  const runProgram = createProgramRunner()
  const proxy = proxyOf(options.proxy)
  const env = childEnvironment(process.env, proxy)
  const withoutSecrets = secretsHidden(proxy)
  const admit = createLimiter({
    concurrency: atLeast(1, 'concurrency', options.concurrency ?? 2),
    minGapMs: atLeast(0, 'minGapMs', options.minGapMs ?? 500),
    clock,
    random,
  })

  /** @throws {TranscriptionError} when it cannot be started, or does not say its version. */
  async function versionOf(signal: AbortSignal): Promise<string> {
    return withProgram('its version', signal, async (runIn) => {
      const { code, stdout, stderr } = await runIn(['--ignore-config', '--version'])
      if (code !== 0) throw unreadable('its version', stderr)
      return stdout.trim().slice(0, 50)
    })
  }

  /** One run of the program. */
  async function run(args: readonly string[], cwd: string, signal: AbortSignal): Promise<ProgramResult> {
    try {
      const result = await runProgram(binary, args, { cwd, env, maxOutputBytes, signal })
      return { ...result, stderr: withoutSecrets(result.stderr) }
    } catch (error) {
      signal.throwIfAborted()
      throw missingProgram(error, binary) ?? error
    }
  }

  /** Runs it for one video, in a folder that is gone afterwards, and for no longer than it may take. */
  async function withProgram<T>(
    subject: string,
    signal: AbortSignal,
    work: (run: (args: readonly string[]) => Promise<ProgramResult>, folder: string, inner: AbortSignal) => Promise<T>,
  ): Promise<T> {
    let working: Promise<T> | undefined
    const onTimeout = (): Error =>
      new TranscriptionError('source_timeout', `yt-dlp did not give ${subject} within ${timeoutMs} ms.`, {
        hint: 'Check the network, or allow yt-dlp more time.',
      })
    const begin = (inner: AbortSignal): Promise<T> => {
      working = withTemporaryFolder((folder) => work((args) => run(args, folder, inner), folder, inner))
      return working
    }
    try {
      return await withDeadline(begin, { timeoutMs, signal, clock, onTimeout })
    } finally {
      // Whoever is told that it is over must not find its process or its folder any more.
      await working?.catch(() => undefined)
    }
  }

  async function fetchVideo({ videoId }: VideoRef, { request, signal }: FetchOptions): Promise<FetchedTranscript> {
    assertVideoId(videoId)
    return withProgram(`the transcript of ${videoId}`, signal, async (runIn, folder) => {
      const { translateTo: to, keepFormatting = false } = request
      const answer = await runIn(infoArguments(videoId, { withTranslations: to !== undefined }))
      const info = infoOf(answer, { videoId, now: clock.now() })
      const track = choose(info, { videoId, request, stderr: answer.stderr, now: clock.now() })
      const translation = to === undefined ? undefined : translationOf(info, { videoId, track, to })
      // It must not ask anew for the whole video when the text fails.
      await writeFile(join(folder, INFO_FILE), JSON.stringify({ ...info.json, webpage_url: null }))
      const wanted = translation ? { key: translation.key, kind: 'generated' as const } : track
      const { stderr } = await runIn(textArguments(wanted, { infoFile: INFO_FILE }))
      const segments = await readText(folder, { videoId, stderr, maxOutputBytes, keepFormatting, now: clock.now() })
      return transcriptOf({ info, track, translation, segments, fetchedAt: new Date(clock.now()) })
    })
  }

  return {
    id,
    parse(url) {
      const videoId = parseVideoId(url)
      return videoId === undefined ? undefined : { videoId }
    },
    // Of a translation that YouTube refuses, videos that need none know nothing.
    gateKeyOf: ({ translateTo }) => (translateTo === undefined ? id : `${id}:translations`),
    admit,
    fetch: fetchVideo,
    async tracks({ videoId }, { signal }) {
      assertVideoId(videoId)
      const permit = await admit(signal)
      try {
        return await withProgram(`the tracks of ${videoId}`, signal, async (runIn): Promise<readonly Track[]> => {
          const { tracks } = infoOf(await runIn(infoArguments(videoId)), { videoId, now: clock.now() })
          return tracks.map(({ key: _key, ...track }) => track)
        })
      } finally {
        permit.release()
      }
    },
    async check({ signal }) {
      await versionOf(signal)
    },
    diagnose: createYtDlpDiagnosis({ source: id, target: binary, clock, versionOf, admit, fetchVideo }),
  }
}

const INFO_FILE = 'info.json'

interface Occasion {
  readonly videoId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** @throws {TranscriptionError} when there is nothing to choose from. */
function infoOf({ stdout, stderr }: ProgramResult, occasion: Occasion): VideoInfo {
  const info = readVideoInfo(stdout)
  if (info && info.tracks.length > 0) return info
  throw failureOf({ ...occasion, stderr, info })
}

type Choice = Occasion & Pick<FetchOptions, 'request'> & { readonly stderr: string }

function choose({ tracks, spoken }: VideoInfo, { videoId, request, stderr, now }: Choice): YtDlpTrack {
  try {
    return chooseTrack({ videoId, request, tracks, spoken })
  } catch (error) {
    // A language that it does not list may be among those that it has left out.
    throw hasLeftOut(stderr) ? failureOf({ videoId, stderr, info: undefined, now }) : error
  }
}

interface Reading extends Occasion {
  readonly stderr: string
  readonly maxOutputBytes: number
  readonly keepFormatting: boolean
}

/** The one text that the folder has after a run that was asked for one. */
async function readText(
  folder: string,
  { stderr, maxOutputBytes, keepFormatting, ...occasion }: Reading,
): Promise<readonly Segment[]> {
  const subject = `the captions of ${occasion.videoId}`
  const name = (await readdir(folder)).find((file) => file.endsWith('.json3'))
  if (name === undefined) throw failureOf({ ...occasion, stderr, info: undefined })
  const file = join(folder, name)
  if ((await stat(file)).size > maxOutputBytes) throw unreadable(subject, `It is longer than ${maxOutputBytes} bytes.`)
  const body = await readFile(file, 'utf8')
  const text = readTimedText(body, { keepFormatting })
  if (text && text.rows.length > 0) return text.rows
  const what = text || body.trim() === '' ? 'without text' : 'as something unreadable'
  throw new TranscriptionError('empty_transcript', `yt-dlp gave ${subject} ${what}.`)
}

interface TranscriptParts {
  readonly info: VideoInfo
  readonly track: YtDlpTrack
  readonly translation: YtDlpTranslation | undefined
  readonly segments: readonly Segment[]
  readonly fetchedAt: Date
}

function transcriptOf({ info, track, translation, segments, fetchedAt }: TranscriptParts): FetchedTranscript {
  const client = { name: 'yt-dlp', version: info.version ?? 'unknown' }
  const text = { segments, format: 'json3' as const }
  return {
    // A machine translates, whoever has written the original.
    ...(translation
      ? { language: translation.language, kind: 'generated', translatedFrom: track.language }
      : { language: track.language, kind: track.kind }),
    segments,
    metadata: { ...info.metadata, provenance: provenanceOf({ track, translation, text, client, fetchedAt }) },
  }
}

function translationOf(
  info: VideoInfo,
  { videoId, track, to }: { videoId: string; track: YtDlpTrack; to: string },
): YtDlpTranslation | undefined {
  const offered = info.translationsOf(track)
  const { language } = track
  return chooseTranslation({ videoId, track: { language, translatable: offered.length > 0 }, to, offered })
}

function assertVideoId(videoId: string): void {
  if (isVideoId(videoId)) return
  throw new TranscriptionError('unsupported_url', `"${videoId.slice(0, 50)}" is not the id of a YouTube video.`)
}

/** A path, and not just a name, would otherwise begin at the folder that a run has of its own. */
function programOf(binary: string): string {
  if (binary === '' || binary.includes('\0'))
    throw new TranscriptionError('invalid_input', 'binary must name the program of yt-dlp.')
  return /[\\/]/.test(binary) ? resolve(binary) : binary
}

function proxyOf(proxy: string | undefined): string | undefined {
  if (proxy === undefined || (URL.canParse(proxy) && /^(?:https?|socks[45]?[ah]?):/.test(proxy))) return proxy
  // Not the value: it may have a password.
  throw new TranscriptionError('invalid_input', 'proxy must be an http, https or socks URL.')
}

function atLeast(least: number, name: string, value: number): number {
  if (Number.isFinite(value) && value >= least) return value
  throw new TranscriptionError('invalid_input', `${name} must be a number of at least ${least}.`)
}
