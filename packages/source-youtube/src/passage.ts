// One video on its way: all its requests take the same one, and another only when YouTube refuses us there.
import { isTranscriptionError, TranscriptionError, type Clock, type ErrorCode, type Permit } from '@ytscriptify/core'
import type { Connection } from './egress.ts'
import type { EgressPool, Lane, Place, Way } from './egress-pool.ts'
import type { Transport } from './transport.ts'

/** What a video asks YouTube through. */
export interface Passage {
  readonly transport: Transport
  /** Runs what asks for a translation: in its turn, and such that a refusal concerns translations alone. */
  translating<T>(work: () => Promise<T>): Promise<T>
}

export interface Ticket extends Permit {
  /** The place that it holds now. */
  place: Place
}

export function ticketOf(place: Place): Ticket {
  const ticket: Ticket = { place, release: () => ticket.place.release() }
  return ticket
}

export interface PassageParts {
  readonly pool: EgressPool
  readonly transportOf: (connection: Connection, way: Way) => Transport
  readonly clock: Clock
}

export interface Journey {
  readonly ticket: Ticket
  /** What it will ask for in the end. */
  readonly lane: Lane
  readonly signal: AbortSignal
}

/** A refusal of this address, and with several ways also that one of them leads nowhere. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['source_blocked', 'source_rate_limited'])
const DEAD_ENDS: ReadonlySet<ErrorCode> = new Set(['source_unreachable', 'source_timeout', 'consent_required'])

/** Connections through a rotating proxy that one video tries before the proxy itself counts as refused. */
const FRESH_CONNECTIONS = 5

/**
 * Runs the work for one video. Where YouTube refuses us on the way of its ticket, or that way leads nowhere, all of it is
 * done again on another; when none is left, the refusal is thrown, with the moment at which the first opens again.
 */
export function createPassages({ pool, transportOf, clock }: PassageParts) {
  const isOnly = pool.ways.length === 1

  async function onWay<T>(journey: Journey, work: (passage: Passage) => Promise<T>): Promise<T> {
    const { ticket, signal } = journey
    const { way } = ticket.place
    let refusedLane: Lane = 'videos'
    const connection = way.egress.connect()
    const transport = transportOf(connection, way)
    const passage: Passage = {
      transport,
      async translating(ask) {
        // Whoever waits for a translation needs no place among those who ask for videos.
        ticket.release()
        const turn = await way.admitTranslation(signal)
        try {
          const answer = await ask()
          way.breakers.translations.answered()
          return answer
        } catch (error) {
          if (isRefusal(error)) refusedLane = 'translations'
          throw error
        } finally {
          turn.release()
        }
      },
    }
    try {
      const result = await work(passage)
      way.breakers.videos.answered()
      return result
    } catch (error) {
      signal.throwIfAborted()
      throw new Outcome(error, refusedLane)
    } finally {
      await connection.close()
    }
  }

  /** On the same way as often as makes sense. */
  async function untilRefused<T>(journey: Journey, work: (passage: Passage) => Promise<T>): Promise<T> {
    const { way } = journey.ticket.place
    const most = way.egress.rotates ? FRESH_CONNECTIONS : 1
    for (let tries = 1; ; tries += 1) {
      try {
        return await onWay(journey, work)
      } catch (outcome) {
        if (!(outcome instanceof Outcome)) throw outcome
        const { error, lane } = outcome
        if (isRefusal(error) && tries < most) continue
        if (isRefusal(error)) way.breakers[lane].refused(retryAfterOf(error))
        else if (isDeadEnd(error) && !isOnly) way.breakers.videos.refused(undefined)
        else if (isAnswer(error)) way.breakers.videos.answered()
        throw error
      }
    }
  }

  return async function travel<T>(journey: Journey, work: (passage: Passage) => Promise<T>): Promise<T> {
    const { ticket, lane, signal } = journey
    // A try before this one may have given it back.
    if (!ticket.place.isHeld()) ticket.place = await pool.admit(signal)
    const tried = new Set<Way>()
    let refusal: unknown
    for (;;) {
      const { way } = ticket.place
      tried.add(way)
      // Its turn may have come on a way where translations are refused at the moment.
      if (way.breakers[lane].waitMs() === 0 || lane === 'videos') {
        try {
          return await untilRefused(journey, work)
        } catch (error) {
          signal.throwIfAborted()
          if (isOnly || !(isRefusal(error) || isDeadEnd(error))) throw error
          refusal = error
        }
      }
      ticket.release()
      const next = await pool.admitElsewhere(tried, { lane, signal })
      if (!next) throw refusalOfAll(refusal, lane)
      ticket.place = next
    }
  }

  function refusalOfAll(error: unknown, lane: Lane): unknown {
    const waitMs = pool.waitMs(lane)
    const retryAt = waitMs > 0 && { retryAt: new Date(clock.now() + waitMs) }
    if (error === undefined) {
      const message = 'YouTube translates nothing for this network address at the moment.'
      return new TranscriptionError('source_rate_limited', message, { ...retryAt })
    }
    if (!isTranscriptionError(error) || !isRefusal(error)) return error
    return new TranscriptionError(error.code, error.message, { hint: error.hint, cause: error, ...retryAt })
  }

  function retryAfterOf(error: unknown): number | undefined {
    const at = isTranscriptionError(error) ? error.retryAt : undefined
    return at && Math.max(0, at.getTime() - clock.now())
  }
}

/** An error, and the lane that it concerns if it is a refusal. */
class Outcome extends Error {
  readonly error: unknown
  readonly lane: Lane

  constructor(error: unknown, lane: Lane) {
    super('The work on this way has failed.', { cause: error })
    this.error = error
    this.lane = lane
  }
}

const isRefusal = (error: unknown): boolean => isTranscriptionError(error) && REFUSALS.has(error.code)

const isDeadEnd = (error: unknown): boolean => isTranscriptionError(error) && DEAD_ENDS.has(error.code)

/** What YouTube says of a video, it says to whom it lets in. */
const isAnswer = (error: unknown): boolean =>
  isTranscriptionError(error) && !isRefusal(error) && !isDeadEnd(error) && error.code !== 'source_request_failed'
