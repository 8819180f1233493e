// Identical requests that are in flight at the same time in one process share one fetch.
import type { FetchedTranscript } from '../transcript.ts'
import { untilAborted } from '../until-aborted.ts'

export interface SharedFetches {
  /**
   * Joins the fetch of this key, or starts it. Each participant waits under its own signal; the fetch itself aborts
   * only when the last of them has gone.
   */
  join(key: string, options: JoinOptions): Promise<FetchedTranscript>
}

export interface JoinOptions {
  readonly signal: AbortSignal
  /** Called only by the first. */
  readonly start: (signal: AbortSignal) => Promise<FetchedTranscript>
}

export function createSharedFetches(): SharedFetches {
  interface Flight {
    readonly result: Promise<FetchedTranscript>
    readonly controller: AbortController
    participants: number
    isOver: boolean
  }
  const flights = new Map<string, Flight>()

  return {
    async join(key, { signal, start }) {
      signal.throwIfAborted()
      const flight = flights.get(key) ?? depart(key, start)
      flight.participants += 1
      try {
        return await untilAborted(flight.result, signal)
      } finally {
        flight.participants -= 1
        if (flight.participants === 0) {
          // A fetch that nobody waits for is over for newcomers, even while it is still stopping.
          if (flights.get(key) === flight) flights.delete(key)
          if (!flight.isOver) flight.controller.abort(signal.reason)
        }
      }
    },
  }

  function depart(key: string, start: JoinOptions['start']): Flight {
    const controller = new AbortController()
    const result = start(controller.signal).finally(() => {
      flight.isOver = true
    })
    const flight: Flight = { result, controller, participants: 0, isOver: false }
    flights.set(key, flight)
    return flight
  }
}
