// Sources at rest: one that refused us is left alone for a while, as long as there is another to ask. Per process, like
// every limiter; what all processes share is the gate.
import type { Clock } from '../clock.ts'
import { RETRY_RULES, type TranscriptionError } from '../errors.ts'
import type { GatePolicy } from '../gate.ts'
import { isAnswer } from '../worker/outcome-of-error.ts'

export interface Rests {
  /** How long it is still left alone, in milliseconds from now; 0 when it may be asked. */
  waitMs(lane: string): number
  /** Notes that a lane is being asked. After a rest the first one to do so is a probe: until it has ended, others pass by. */
  begin(lane: string): Asking
}

/** One request that is under way. */
export interface Asking {
  answered(): void
  failed(error: TranscriptionError): void
}

interface Rest {
  until: number
  /** In a row. */
  refusals: number
}

export function createRests({
  rest: { minMs, maxMs },
  clock,
}: {
  rest: Pick<GatePolicy, 'minMs' | 'maxMs'>
  clock: Clock
}): Rests {
  const rests = new Map<string, Rest>()
  const pauseMs = (refusals: number): number => Math.min(maxMs, minMs * 2 ** Math.max(0, refusals - 1))

  return {
    waitMs: (lane) => Math.max(0, (rests.get(lane)?.until ?? -Infinity) - clock.monotonic()),

    begin(lane) {
      const current = rests.get(lane)
      const refusalsBefore = current?.refusals ?? 0
      const now = clock.monotonic()
      if (current && now >= current.until) current.until = now + pauseMs(current.refusals)

      return {
        answered: () => void rests.delete(lane),
        failed(error) {
          if (isAnswer(error.code)) rests.delete(lane)
          if (RETRY_RULES[error.code] !== 'gate') return
          const { refusals, until } = rests.get(lane) ?? { refusals: 0, until: -Infinity }
          const askedMs = error.retryAt ? error.retryAt.getTime() - clock.now() : 0
          // What was on its way when it refused another belongs to the same refusal.
          const isNews = refusals <= refusalsBefore
          const count = isNews ? refusals + 1 : refusals
          const ms = Math.max(askedMs, isNews ? pauseMs(count) : 0)
          rests.set(lane, { refusals: count, until: Math.max(until, clock.monotonic() + ms) })
        },
      }
    },
  }
}
