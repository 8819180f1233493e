// A transport of queues within one process, where a test wants to see or to spoil what goes over it.
import type { Hint, JobNote, JobQueue } from '../queue.ts'
import { whenAborted } from '../when-aborted.ts'

export interface QueueHub {
  /** Opens a queue on the hub, as each process has its own. Whatever one of them is told, all of them hear. */
  open(): JobQueue
  /** Everything that was pushed, in this order. */
  readonly hints: readonly Hint[]
  /** Everything that was announced, in this order. */
  readonly notes: readonly JobNote[]
  /** How many follow now. */
  readonly followers: number
  /** From now on nothing arrives any more, as if the transport were away. */
  lose(): void
}

/**
 * A transport for tests: hints reach every consumer of their source, and notes every follower, at once.
 *
 * ```ts
 * const hub = queueHub()
 * const here = createTranscriptionService({ storage, source, queue: hub.open() })
 * ```
 */
export function queueHub(): QueueHub {
  const consumers = new Set<(hint: Hint) => void>()
  const followers = new Set<(note: JobNote) => void>()
  const hints: Hint[] = []
  const notes: JobNote[] = []
  let isLost = false

  return {
    open() {
      const closed = new AbortController()
      return {
        async push(hint) {
          if (closed.signal.aborted) return
          hints.push(hint)
          if (!isLost) for (const consumer of consumers) consumer(hint)
        },
        async consume(onHint, { source, signal }) {
          const onOwn = (hint: Hint): void => void (hint.source === source && onHint({ source }))
          await memberOf(consumers, onOwn, [signal, closed.signal])
        },
        async announce(note) {
          if (closed.signal.aborted) return
          notes.push(note)
          if (!isLost) for (const follower of followers) follower(note)
        },
        async follow(onNote, { signal }) {
          // A function of its own, since the same one may follow twice.
          await memberOf(followers, (note) => onNote(note), [signal, closed.signal])
        },
        isConnected: () => !isLost && !closed.signal.aborted,
        async close() {
          closed.abort()
        },
      }
    },
    hints,
    notes,
    get followers() {
      return followers.size
    },
    lose: () => void (isLost = true),
  }
}

/** Keeps a member until one of the signals aborts. */
async function memberOf<T>(members: Set<T>, member: T, signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some(({ aborted }) => aborted)) return
  members.add(member)
  await new Promise<void>((resolve) => {
    const stops = signals.map((signal) => whenAborted(signal, leave))
    function leave(): void {
      for (const stop of stops) stop()
      members.delete(member)
      resolve()
    }
  })
}
