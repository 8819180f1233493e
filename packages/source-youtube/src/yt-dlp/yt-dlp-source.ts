// ytDlpSource(): transcripts of YouTube videos by an installed yt-dlp. docs/decisions says how it is run, and why.
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
import { infoArguments, textArguments } from './arguments.ts'
import { childEnvironment } from './child-environment.ts'
import { failureOf, hasLeftOut, missingProgram, unreadable } from './failures.ts'
import { createProgramRunner, type ProgramResult } from './run-program.ts'
import { withTemporaryFolder } from './temporary-folder.ts'
import { readVideoInfo, type VideoInfo, type YtDlpTrack } from './video-info.ts'

export interface YtDlpSourceOptions {
  /**
   * The program: a name that is looked up in `PATH`, or a path. No shell is involved.
   * @default 'yt-dlp'. Change it where it is installed elsewhere.
   */
  readonly binary?: string
  /** Names the source in stored rows, unless `firstOf` does. @default 'yt-dlp' */
  readonly id?: string
  /**
   * How long one video may take, from the start of the program to the text, in milliseconds. It is killed then, with
   * everything that it has started.
   * @default 60_000. Allow more on a slow line: it makes several requests for each video.
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

export type YtDlpSource = TranscriptSource & Required<Pick<TranscriptSource, 'tracks' | 'check'>>

/**
 * Fetches transcripts from YouTube with an installed yt-dlp (https://github.com/yt-dlp/yt-dlp). It recognises the same
 * URLs as `youtubeSource`, and chooses the track in the same way. The configuration files of yt-dlp are not read; its
 * plugins and its cache are used as they are.
 *
 * @throws {TranscriptionError} `invalid_input` for options that cannot be meant.
 */
export function ytDlpSource(options: YtDlpSourceOptions = {}): YtDlpSource {
  const { binary = 'yt-dlp', id = 'yt-dlp', clock = systemClock, random = Math.random } = options
  const timeoutMs = atLeast(1, 'timeoutMs', options.timeoutMs ?? 60_000)
  const maxOutputBytes = atLeast(1, 'maxOutputBytes', options.maxOutputBytes ?? 32 * 1024 * 1024)
  if (binary === '' || binary.includes('\0'))
    throw new TranscriptionError('invalid_input', 'binary must name the program of yt-dlp.')
  const runProgram = createProgramRunner()
  const env = childEnvironment(process.env, proxyOf(options.proxy))
  const admit = createLimiter({
    concurrency: atLeast(1, 'concurrency', options.concurrency ?? 2),
    minGapMs: atLeast(0, 'minGapMs', options.minGapMs ?? 500),
    clock,
    random,
  })

  /** One run of the program. */
  async function run(args: readonly string[], cwd: string, signal: AbortSignal): Promise<ProgramResult> {
    try {
      return await runProgram(binary, args, { cwd, env, maxOutputBytes, signal })
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
      const answer = await runIn(infoArguments(videoId))
      const info = infoOf(answer, { videoId, now: clock.now() })
      const track = choose(info, { videoId, request, stderr: answer.stderr, now: clock.now() })
      // It must not ask anew for the whole video when the text fails.
      await writeFile(join(folder, INFO_FILE), JSON.stringify({ ...info.json, webpage_url: null }))
      const { stderr } = await runIn(textArguments(track, { infoFile: INFO_FILE }))
      const text = await readText(folder, { videoId, stderr, maxOutputBytes, now: clock.now() })
      return transcriptOf(info, track, text)
    })
  }

  return {
    id,
    parse(url) {
      const videoId = parseVideoId(url)
      return videoId === undefined ? undefined : { videoId }
    },
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
      await withProgram('its version', signal, async (runIn) => {
        const { code, stderr } = await runIn(['--ignore-config', '--version'])
        if (code !== 0) throw unreadable('its version', stderr)
      })
    },
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

/** The one text that the folder has after a run that was asked for one. */
async function readText(
  folder: string,
  { stderr, maxOutputBytes, ...occasion }: Occasion & { readonly stderr: string; readonly maxOutputBytes: number },
): Promise<readonly Segment[]> {
  const subject = `the captions of ${occasion.videoId}`
  const name = (await readdir(folder)).find((file) => file.endsWith('.json3'))
  if (name === undefined) throw failureOf({ ...occasion, stderr, info: undefined })
  const file = join(folder, name)
  if ((await stat(file)).size > maxOutputBytes) throw unreadable(subject, `It is longer than ${maxOutputBytes} bytes.`)
  const body = await readFile(file, 'utf8')
  const text = readTimedText(body)
  if (text && text.rows.length > 0) return text.rows
  if (text || body.trim() === '')
    throw new TranscriptionError('empty_transcript', `yt-dlp gave ${subject} without text.`)
  throw unreadable(subject, stderr)
}

function transcriptOf(info: VideoInfo, track: YtDlpTrack, segments: readonly Segment[]): FetchedTranscript {
  const { title, channel, durationMs, version } = info
  return {
    language: track.language,
    kind: track.kind,
    segments,
    metadata: {
      ...(title !== undefined && { title }),
      ...(channel !== undefined && { channel }),
      ...(durationMs !== undefined && { durationMs }),
      provenance: {
        client: version === undefined ? 'yt-dlp' : `yt-dlp ${version}`,
        format: 'json3',
        ...(track.name !== undefined && { track: track.name }),
      },
    },
  }
}

function assertVideoId(videoId: string): void {
  if (isVideoId(videoId)) return
  throw new TranscriptionError('unsupported_url', `"${videoId.slice(0, 50)}" is not the id of a YouTube video.`)
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
