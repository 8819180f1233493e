// A source that says what a test tells it to say.
import { TranscriptionError, type ErrorCode, type TranscriptionErrorOptions } from '../errors.ts'
import type { FetchOptions, Permit, TranscriptSource, VideoRef } from '../source.ts'
import type { TranscriptRequest } from '../transcript-request.ts'
import type { FetchedTranscript, Track } from '../transcript.ts'
import { fetchedOf } from './builders.ts'

/** How the source answers one fetch: with a text, a whole transcript, an error, or as a function decides. */
export type FakeAnswer = string | FetchedTranscript | Error | FakeFetch

export type FakeFetch = (video: VideoRef, options: FetchOptions) => Promise<FetchedTranscript>

export interface FakeSourceOptions {
  /** @default 'fake' */
  readonly id?: string
  /** What each video answers: one thing always, or one after the other, the last one ever again. */
  readonly videos?: Readonly<Record<string, FakeAnswer | readonly FakeAnswer[]>>
  /** What videos answer that are not in `videos`. @default `Text of ID.` */
  readonly otherwise?: FakeAnswer
  /** How many permits are out at most. @default no limit */
  readonly concurrency?: number
  /** What tracks a video has: the same for each, an error, or as a function decides. @default it cannot list them */
  readonly tracks?: readonly Track[] | Error | NonNullable<TranscriptSource['tracks']>
  /** @default the id of the source */
  readonly gateKeyOf?: (request: TranscriptRequest) => string
}

export interface FakeSource extends TranscriptSource {
  /** Changes what a video answers from now on. */
  answer(videoId: string, ...answers: readonly [FakeAnswer, ...FakeAnswer[]]): void
  /** Ids of the videos that were asked for, in this order. */
  readonly fetched: readonly string[]
  /** How many fetches are running. */
  readonly running: number
  /** How many fetches ever ran at the same time. */
  readonly mostRunning: number
  /** How many permits are out. */
  readonly permitsOut: number
}

/**
 * A {@link TranscriptSource} for tests. It recognises 11-character ids, and URLs that end with one: `https://example.test/dQw4w9WgXcQ`.
 *
 * ```ts
 * const source = fakeSource({ videos: { dQw4w9WgXcQ: [failing('source_timeout'), hanging, 'At the third try.'] } })
 * ```
 */
export function fakeSource({ id = 'fake', videos = {}, ...options }: FakeSourceOptions = {}): FakeSource {
  const scripts = new Map(Object.entries(videos).map(([videoId, answers]) => [videoId, [answers].flat()]))
  const otherwise = options.otherwise ?? (async ({ videoId }) => fetchedOf(`Text of ${videoId}.`))
  const places = createPlaces(options.concurrency ?? Infinity)
  const fetched: string[] = []
  let running = 0
  let mostRunning = 0

  const nextAnswer = (videoId: string): FakeAnswer => {
    const script = scripts.get(videoId) ?? []
    return (script.length > 1 ? script.shift() : script[0]) ?? otherwise
  }

  return {
    id,
    ...(options.gateKeyOf && { gateKeyOf: options.gateKeyOf }),
    parse(url) {
      const videoId = /^(?:https?:\/\/\S+[/=])?([\w-]{11})$/.exec(url)?.[1]
      return videoId === undefined ? undefined : { videoId }
    },
    admit: (signal) => places.take(signal),
    async fetch(video, fetchOptions) {
      fetchOptions.signal.throwIfAborted()
      fetched.push(video.videoId)
      running += 1
      mostRunning = Math.max(mostRunning, running)
      try {
        return await give(nextAnswer(video.videoId), video, fetchOptions)
      } finally {
        running -= 1
      }
    },
    ...(options.tracks && { tracks: listingOf(options.tracks) }),
    answer: (videoId, ...answers) => void scripts.set(videoId, [...answers]),
    fetched,
    get running() {
      return running
    },
    get mostRunning() {
      return mostRunning
    },
    get permitsOut() {
      return places.taken
    },
  }
}

/** An error with this code, as a source throws it. */
export const failing = (code: ErrorCode, options?: TranscriptionErrorOptions): TranscriptionError =>
  new TranscriptionError(code, `It failed with ${code}.`, options)

/** Answers nothing until the fetch is aborted. */
export const hanging: FakeFetch = (_video, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))

async function give(answer: FakeAnswer, video: VideoRef, options: FetchOptions): Promise<FetchedTranscript> {
  if (answer instanceof Error) throw answer
  if (typeof answer === 'function') return answer(video, options)
  return typeof answer === 'string' ? fetchedOf(answer) : answer
}

function listingOf(tracks: NonNullable<FakeSourceOptions['tracks']>): NonNullable<TranscriptSource['tracks']> {
  if (typeof tracks === 'function') return tracks
  return async (_video, { signal }) => {
    signal.throwIfAborted()
    if (tracks instanceof Error) throw tracks
    return tracks
  }
}

/** Places for so many at a time; who waits gets the next one in the order of asking. */
function createPlaces(count: number): { take(signal: AbortSignal): Promise<Permit>; readonly taken: number } {
  const waiting = new Set<() => void>()
  let taken = 0

  const permit = (): Permit => {
    let released = false
    taken += 1
    return {
      release() {
        if (released) return
        released = true
        taken -= 1
        const [next] = waiting
        next?.()
      },
    }
  }

  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        if (taken < count) return resolve(permit())
        const leave = (): void => {
          waiting.delete(enter)
          signal.removeEventListener('abort', abort)
        }
        const enter = (): void => {
          leave()
          resolve(permit())
        }
        const abort = (): void => {
          leave()
          reject(signal.reason)
        }
        waiting.add(enter)
        signal.addEventListener('abort', abort, { once: true })
      }),
    get taken() {
      return taken
    },
  }
}
