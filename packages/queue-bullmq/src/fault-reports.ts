// Says that Redis is away, once a second and not once for each hint.
import type { Clock } from '@ytscriptify/core'

/** What could not be done. */
export type FaultKind = keyof typeof FAULTS

export interface FaultReports {
  report(kind: FaultKind, error: unknown): void
}

/** Reports at most one fault of a kind each second; the next report says how many were left out. */
export function createFaultReports({
  onError,
  clock,
}: {
  readonly onError: ((error: unknown) => void) | undefined
  readonly clock: Clock
}): FaultReports {
  const last = new Map<FaultKind, { readonly at: number; leftOut: number }>()

  return {
    report(kind, error) {
      const now = clock.monotonic()
      const known = last.get(kind)
      if (known && now - known.at < QUIET_MS) {
        known.leftOut += 1
        return
      }
      last.set(kind, { at: now, leftOut: 0 })
      tell(new Error(messageOf(kind, error, known?.leftOut ?? 0), { cause: error }))
    },
  }

  /** Whoever is told must not break the telling: the queue goes on. */
  function tell(error: Error): void {
    try {
      onError?.(error)
    } catch (fault) {
      process.emitWarning(`onError of a queue threw: ${fault instanceof Error ? fault.stack : String(fault)}`)
    }
  }
}

function messageOf(kind: FaultKind, error: unknown, leftOut: number): string {
  const reason = error instanceof Error ? error.message : String(error)
  const more = leftOut > 0 ? ` (and ${leftOut} more of this kind since the last report)` : ''
  return `${FAULTS[kind]}: ${reason}${more}`
}

const FAULTS = {
  hint: 'A hint could not be sent over Redis; workers find the work by looking',
  note: 'A note could not be sent over Redis; others see the change by looking',
  consume: 'Hints are not received over Redis at the moment',
  follow: 'Notes are not received over Redis at the moment',
  connection: 'The connection to Redis failed',
  eviction: 'Redis may lose what it is given',
} as const

/** How long nothing more of one kind is reported, in milliseconds. */
const QUIET_MS = 1_000
