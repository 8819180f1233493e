// The leases that a worker holds: renewed together, aborted when they are lost.
import type { Clock } from '../clock.ts'
import type { Lease } from '../lease.ts'
import type { ClaimedTranscript, TranscriptionStorage, Worker } from '../storage.ts'

/** Why the work on a transcript was aborted. */
export class AttemptAborted extends Error {
  override readonly name = 'AttemptAborted'
  readonly why: 'lost' | 'shutdown'

  constructor(why: 'lost' | 'shutdown') {
    super(why === 'lost' ? 'The lease is not ours any more.' : 'The worker stops.')
    this.why = why
  }
}

export interface HeldLease {
  readonly lease: Lease
  /** Aborts with an {@link AttemptAborted} when the work must stop. */
  readonly signal: AbortSignal
  /** To be called when the attempt is settled or given up. */
  release(): void
}

export interface HeldLeases {
  readonly size: number
  /** Takes the lease of what was claimed by a call that began at `since` (of {@link Clock.monotonic}). */
  hold(claimed: Pick<ClaimedTranscript, 'lease' | 'jobId'>, since: number): HeldLease
  /** Whether one of them is of this job. */
  holdsAnyOf(jobId: string): boolean
  /** Renews all of them in one call; the lost ones are aborted. Also tells the storage that the worker is alive. */
  renew(): Promise<void>
  /** Aborts the work whose lease must have run out, because the storage was not reached for so long. */
  abortExpired(): void
  /** Aborts all of them, and every one that is held from now on. */
  abortAll(): void
}

export function createHeldLeases({
  storage,
  worker,
  clock,
}: {
  storage: TranscriptionStorage
  worker: Worker
  clock: Clock
}): HeldLeases {
  interface Entry {
    readonly lease: Lease
    readonly jobId: string
    readonly controller: AbortController
    /** The last moment from which we know that the lease runs: the request for it was sent then, so the storage counts from later. */
    since: number
  }
  const entries = new Set<Entry>()
  let shuttingDown = false

  return {
    get size() {
      return entries.size
    },

    hold({ lease, jobId }, since) {
      const entry: Entry = { lease, jobId, controller: new AbortController(), since }
      entries.add(entry)
      if (shuttingDown) abort(entry, 'shutdown')
      return { lease, signal: entry.controller.signal, release: () => void entries.delete(entry) }
    },

    holdsAnyOf(jobId) {
      for (const entry of entries) if (entry.jobId === jobId) return true
      return false
    },

    async renew() {
      const renewing = [...entries]
      const since = clock.monotonic()
      const kept = new Set((await storage.renew({ worker, leases: renewing.map(({ lease }) => lease) })).map(keyOf))
      for (const entry of renewing) {
        if (kept.has(keyOf(entry.lease))) entry.since = since
        else abort(entry, 'lost')
      }
    },

    abortExpired() {
      const oldest = clock.monotonic() - worker.leaseMs
      for (const entry of entries) if (entry.since <= oldest) abort(entry, 'lost')
    },

    abortAll() {
      shuttingDown = true
      for (const entry of entries) abort(entry, 'shutdown')
    },
  }

  function abort(entry: Entry, why: 'lost' | 'shutdown'): void {
    entry.controller.abort(new AttemptAborted(why))
  }
}

const keyOf = ({ transcriptId, attempt }: Lease): string => `${transcriptId}/${attempt}`
