// Which way the next video takes: each has its own limit and its own pause after a refusal.
import { TranscriptionError, createAbortListeners, type Clock, type Permit } from '@ytscriptify/core'
import { createBreaker, type Breaker } from './breaker.ts'
import type { Egress } from './egress.ts'
import { createLimiter } from './limiter.ts'

export interface EgressPoolOptions {
  readonly egresses: readonly Egress[]
  /** Videos at a time, and the mean time between two, for each of the ways. */
  readonly concurrency: number
  readonly minGapMs: number
  /** Mean time between two translations, for each of the ways. One is asked for at a time. */
  readonly translationGapMs: number
  readonly clock: Clock
  readonly random: () => number
}

/** YouTube limits translations far more than originals: what it says of them concerns them alone. */
export type Lane = 'videos' | 'translations'

/** One of the ways, and how it fares. */
export interface Way {
  readonly egress: Egress
  readonly breakers: Readonly<Record<Lane, Breaker>>
  /** Waits for the turn of a translation. */
  admitTranslation(signal: AbortSignal): Promise<Permit>
}

/** A place on one of the ways. */
export interface Place extends Permit {
  readonly way: Way
  /** Whether it was not given back yet. */
  isHeld(): boolean
}

export interface EgressPool {
  readonly ways: readonly Way[]
  /** Waits for a place, on whichever way has one first. */
  admit(signal: AbortSignal): Promise<Place>
  /** Waits for a place on a way that is open and none of these. @returns `undefined` when there is none. */
  admitElsewhere(tried: ReadonlySet<Way>, options: { lane: Lane; signal: AbortSignal }): Promise<Place | undefined>
  /** Waits for a place on this way, whether it is open or not. */
  admitTo(way: Way, signal: AbortSignal): Promise<Place>
  /** How long all ways of a lane are closed, in milliseconds from now; 0 when one is open. */
  waitMs(lane: Lane): number
}

/** As the pause of a whole source, which is the same for all processes: {@link DEFAULT_GATE_POLICY}. */
const PAUSE = { minMs: 30_000, maxMs: 5 * 60_000 }

interface LimitedWay extends Way {
  readonly admit: (signal: AbortSignal) => Promise<Permit>
  /** Places that are taken or waited for. */
  taken: number
  /** When it was chosen last, counted in choices. */
  chosenAt: number
}

export function createEgressPool(options: EgressPoolOptions): EgressPool {
  const { concurrency, minGapMs, translationGapMs, clock, random } = options
  const ways = options.egresses.map((egress): LimitedWay => ({
    egress,
    breakers: { videos: createBreaker({ ...PAUSE, clock }), translations: createBreaker({ ...PAUSE, clock }) },
    admit: createLimiter({ concurrency, minGapMs, clock, random }),
    admitTranslation: createLimiter({ concurrency: 1, minGapMs: translationGapMs, clock, random }),
    taken: 0,
    chosenAt: 0,
  }))
  const onAbort = createAbortListeners()
  const waiting = new Set<() => void>()
  let choices = 0

  /** The least busy of those that may be asked, and of these the one that was chosen longest ago. */
  function choose(candidates: readonly LimitedWay[]): LimitedWay | undefined {
    const [best] = candidates
      .filter(({ breakers: { videos }, taken }) => videos.waitMs() === 0 && (!videos.isOnTrial() || taken === 0))
      .toSorted((a, b) => a.taken - b.taken || a.chosenAt - b.chosenAt)
    return best
  }

  async function placeOn(way: LimitedWay, signal: AbortSignal): Promise<Place> {
    choices += 1
    way.chosenAt = choices
    way.taken += 1
    try {
      const permit = await way.admit(signal)
      return heldPlace(way, () => leave(way, permit))
    } catch (error) {
      leave(way)
      throw error
    }
  }

  function leave(way: LimitedWay, permit?: Permit): void {
    permit?.release()
    way.taken -= 1
    for (const wake of [...waiting]) wake()
  }

  /** Until a way opens, or somebody leaves one. */
  async function untilChange(signal: AbortSignal): Promise<void> {
    const changed = new AbortController()
    const wake = (): void => changed.abort()
    const stopListening = onAbort(signal, wake)
    waiting.add(wake)
    const closedMs = ways.map(({ breakers: { videos } }) => videos.waitMs()).filter((ms) => ms > 0)
    try {
      await clock.sleep(Math.min(...closedMs), changed.signal)
    } catch (error) {
      if (!changed.signal.aborted) throw error
    } finally {
      waiting.delete(wake)
      stopListening()
    }
    signal.throwIfAborted()
  }

  return {
    ways,
    async admit(signal) {
      for (;;) {
        signal.throwIfAborted()
        const way = choose(ways)
        if (!way) {
          await untilChange(signal)
          continue
        }
        const place = await placeOn(way, signal)
        // It may have been closed by those before us.
        if (way.breakers.videos.waitMs() === 0) return place
        place.release()
      }
    },
    async admitElsewhere(tried, { lane, signal }) {
      const candidates = ways.filter((way) => !tried.has(way) && way.breakers[lane].waitMs() === 0)
      const way = choose(candidates)
      return way && placeOn(way, signal)
    },
    async admitTo(way, signal) {
      const ours = ways.find((one) => one === way)
      if (!ours) throw new TypeError('The way is not one of this pool.')
      return placeOn(ours, signal)
    },
    waitMs: (lane) => Math.min(...ways.map(({ breakers }) => breakers[lane].waitMs())),
  }
}

function heldPlace(way: Way, leave: () => void): Place {
  let held = true
  return {
    way,
    isHeld: () => held,
    release() {
      if (!held) return
      held = false
      leave()
    },
  }
}

/**
 * For what is asked outside of jobs, where somebody waits for the answer.
 *
 * @throws {TranscriptionError} `source_rate_limited` while every way is closed.
 */
export function assertOpen(pool: EgressPool, clock: Clock): void {
  const waitMs = pool.waitMs('videos')
  if (waitMs === 0) return
  const message = 'YouTube has refused this network address a moment ago, so it is not asked yet.'
  throw new TranscriptionError('source_rate_limited', message, { retryAt: new Date(clock.now() + waitMs) })
}
