// Tells other processes that jobs have changed: often enough to be current, seldom enough to cost nothing.
import type { Clock } from './clock.ts'
import type { JobNote } from './queue.ts'
import { NOBODY_WAITS } from './when-aborted.ts'

export interface AnnouncerOptions {
  /** Sends one note. It resolves soon, also when the transport is down. */
  readonly announce: (note: JobNote) => Promise<void>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

export interface Announcer {
  /** Announces a change: a cancellation at once, everything else of one job at most ten times a second, the last change never left out. */
  tell(note: JobNote): void
  /** Announces what has waited, and tells nothing afterwards. Resolves when everything is sent. */
  close(): Promise<void>
}

/** A job of which something was announced a moment ago. */
interface Recent {
  /** When the next note about it may follow, of {@link Clock.monotonic}. */
  readonly quietUntil: number
  hasChanged: boolean
}

export function createAnnouncer({ announce, clock, onError }: AnnouncerOptions): Announcer {
  // In the order of their times: whoever is announced goes to the end.
  const recent = new Map<string, Recent>()
  const sending = new Set<Promise<void>>()
  const closing = new AbortController()
  let isPacing = false
  let paced: Promise<void> | undefined

  return {
    tell({ jobId, cancelled = false }) {
      if (closing.signal.aborted) return
      const known = recent.get(jobId)
      if (cancelled) sendNow({ jobId, cancelled })
      else if (known) known.hasChanged = true
      else announceOrPostpone(jobId)
    },

    async close() {
      closing.abort(NOBODY_WAITS)
      await paced
      for (const [jobId, { hasChanged }] of recent) if (hasChanged) send({ jobId })
      recent.clear()
      await Promise.all(sending)
    },
  }

  function announceOrPostpone(jobId: string): void {
    if (sending.size < MAX_SENDING) sendNow({ jobId })
    // Beyond the bound a change goes untold. Whoever watches the job polls it besides.
    else if (recent.size < MAX_RECENT) remember(jobId, { hasChanged: true })
  }

  function sendNow(note: JobNote): void {
    send(note)
    if (recent.size < MAX_RECENT) remember(note.jobId, { hasChanged: false })
  }

  function remember(jobId: string, { hasChanged }: { readonly hasChanged: boolean }): void {
    recent.delete(jobId)
    recent.set(jobId, { quietUntil: clock.monotonic() + QUIET_MS, hasChanged })
    if (!isPacing) paced = pace()
  }

  /** Runs while there is anything to be quiet about. What is remembered meanwhile is visited by the same loop, since it stands at the end. */
  async function pace(): Promise<void> {
    isPacing = true
    for (const [jobId, entry] of recent) {
      const ms = entry.quietUntil - clock.monotonic()
      if (ms > 0) await clock.sleep(ms, closing.signal).catch(() => undefined) // Woken early to be closed.
      if (closing.signal.aborted) return
      if (recent.get(jobId) !== entry) continue
      recent.delete(jobId)
      if (entry.hasChanged) announceOrPostpone(jobId)
    }
    // In the same breath as the end of the loop: what is remembered from now on needs another one.
    isPacing = false
  }

  function send(note: JobNote): void {
    const sent = trySend(note).finally(() => sending.delete(sent))
    sending.add(sent)
  }

  async function trySend(note: JobNote): Promise<void> {
    try {
      await announce(note)
    } catch (error) {
      onError(error)
    }
  }
}

/** How long nothing more is announced about a job, in milliseconds: whoever watches it sees ten steps a second. */
const QUIET_MS = 100

/** Notes on their way. A transport that is slow is not given more of them; cancellations go out all the same. */
const MAX_SENDING = 100

/** Jobs that are remembered, some hundred bytes each. */
const MAX_RECENT = 10_000
