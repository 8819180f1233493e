// One question for all who ask for the tracks of the same video: the source counts what it is asked, and nobody who lists
// tracks may have us make more requests than the videos need.
import {
  isTranscriptionError,
  untilAborted,
  type Clock,
  type TranscriptionService,
  type VideoTracks,
} from '@ytscriptify/core'
import { HttpProblem } from './problem.ts'
import { statusOf } from './problem-codes.ts'

export interface SharedTracks {
  /**
   * The tracks of a video: from the question that is under way, or from the last one while it is fresh, or from a new one.
   * Who leaves does not end a question, or leaving and coming back would begin it anew.
   *
   * @throws {HttpProblem} `rate_limited` with `Retry-After` while too many questions are under way.
   * @throws what the service throws, and the reason of `signal`.
   */
  get(url: string, options: SharedTracksOptions): Promise<VideoTracks>
}

export interface SharedTracksOptions {
  /** Ends the waiting of this caller. */
  readonly signal: AbortSignal
  /** Aborts when the server is to stop; the question ends then. */
  readonly closing: AbortSignal | undefined
  /** Told of a fault that nobody waits for any more. */
  readonly onFault: (error: unknown) => void
}

export interface SharedTracksParts {
  readonly service: Pick<TranscriptionService, 'tracks' | 'parse'>
  readonly clock: Clock
}

/** How long an answer is fresh, in milliseconds from its arrival. What may be otherwise soon is asked again sooner. */
const FRESH_MS = { lasting: 60_000, passing: 10_000 } as const

/** So many answers are kept, the newest: some 10 MB, where each names a hundred tracks. */
const MOST_KEPT = 1_000

/** So many videos are asked for at once. A source takes a few at a time, and the others wait for half a minute at most. */
const MOST_UNDER_WAY = 16

type Outcome = { readonly tracks: VideoTracks } | { readonly error: unknown }

interface Question {
  readonly outcome: Promise<Outcome>
  waiting: number
}

export function sharedTracks({ service, clock }: SharedTracksParts): SharedTracks {
  const underWay = new Map<string, Question>()
  const kept = new Map<string, { readonly outcome: Outcome; readonly freshUntil: number }>()

  async function ask(videoId: string, url: string, options: Omit<SharedTracksOptions, 'signal'>): Promise<Outcome> {
    const { closing, onFault } = options
    const outcome = await service.tracks(url, closing && { signal: closing }).then(
      (tracks): Outcome => ({ tracks }),
      (error: unknown): Outcome => ({ error }),
    )
    const isUnheard = underWay.get(videoId)?.waiting === 0
    underWay.delete(videoId)
    if (isOfSource(outcome)) keep(videoId, outcome)
    else if (isUnheard && 'error' in outcome && !closing?.aborted) onFault(outcome.error)
    return outcome
  }

  function keep(videoId: string, outcome: Outcome): void {
    const freshMs = isPassing(outcome) ? FRESH_MS.passing : FRESH_MS.lasting
    kept.delete(videoId)
    kept.set(videoId, { outcome, freshUntil: clock.monotonic() + freshMs })
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  }

  function begin(videoId: string, url: string, options: SharedTracksOptions): Question {
    if (underWay.size >= MOST_UNDER_WAY) throw tooMany()
    const question = { outcome: ask(videoId, url, options), waiting: 0 }
    underWay.set(videoId, question)
    return question
  }

  return {
    async get(url, options) {
      const { signal, closing } = options
      const videoId = service.parse(url)?.videoId
      // Nothing is asked for it: the service says what is wrong.
      if (videoId === undefined) return service.tracks(url, closing && { signal: closing })
      const last = kept.get(videoId)
      if (last && clock.monotonic() < last.freshUntil) return tracksOf(last.outcome)
      const question = underWay.get(videoId) ?? begin(videoId, url, options)
      question.waiting += 1
      try {
        return tracksOf(await untilAborted(question.outcome, signal))
      } finally {
        question.waiting -= 1
      }
    },
  }
}

function tracksOf(outcome: Outcome): VideoTracks {
  if ('error' in outcome) throw outcome.error
  return outcome.tracks
}

/** Whether it tells of the video or of the source, and not of a fault of ours. */
const isOfSource = (outcome: Outcome): boolean =>
  !('error' in outcome) || (isTranscriptionError(outcome.error) && statusOf(outcome.error.code) < 500)

const isPassing = (outcome: Outcome): boolean =>
  'error' in outcome && isTranscriptionError(outcome.error) && outcome.error.retryable

const tooMany = (): HttpProblem =>
  new HttpProblem('rate_limited', 'The tracks of too many videos are asked for at the moment.', {
    headers: { 'retry-after': '5' },
  })
