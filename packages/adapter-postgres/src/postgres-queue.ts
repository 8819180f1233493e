// Hints and notes by LISTEN and NOTIFY, where there is no Redis: what is told reaches every process that listens.
// https://www.postgresql.org/docs/current/sql-notify.html
import { createHash } from 'node:crypto'
import { systemClock, type Clock, type Hint, type JobNote, type JobQueue } from '@ytscriptify/core'
import { createListener, type ListenerOptions } from './listener.ts'
import { checkConnectionString } from './postgres-pool.ts'
import { messageOf, textOf, type Message } from './queue-message.ts'

export type PostgresQueueOptions = ListenerOptions & {
  /** What is listened to. Processes that share work share it. @default 'ytscriptify' */
  readonly channel?: string
  /** Told of what the transport cannot do: it goes on by itself, and nothing is lost but time. @default nobody */
  readonly onError?: (error: unknown) => void
  /** @default the system's clock */
  readonly clock?: Clock
  /** Numbers from 0 to below 1, for jitter. @default Math.random */
  readonly random?: () => number
}

/** How long somebody who tells waits for the server, in milliseconds: the contract of {@link JobQueue}. */
const TELL_MS = 250

/**
 * A {@link JobQueue} on one connection of its own to PostgreSQL, opened at the first use and made anew for ever. A pooler in
 * between has to leave sessions alone: `LISTEN` belongs to one.
 *
 * @throws {TranscriptionError} `invalid_input` when the connection string cannot be read.
 */
export function postgresQueue(options: PostgresQueueOptions): JobQueue {
  const { onError = () => undefined, clock = systemClock, random = Math.random } = options
  if ('connectionString' in options) checkConnectionString(options.connectionString)
  const channel = channelOf(options.channel ?? 'ytscriptify')
  const closed = new AbortController()
  const consumers = new Map<(hint: Hint) => void, string>()
  const followers = new Set<(note: JobNote) => void>()
  const listener = createListener(options, { channel, onText, onConnected, onError, clock, random })

  return {
    push: (hint) => tell({ hint }),

    async consume(onHint, { source, signal }) {
      // Each has a function of its own, so that two consumers may share theirs.
      const told = (hint: Hint): void => onHint(hint)
      consumers.set(told, source)
      await untilEnded(signal)
      consumers.delete(told)
    },

    announce: (note) => tell({ note }),

    async follow(onNote, { signal }) {
      const told = (note: JobNote): void => onNote(note)
      followers.add(told)
      await untilEnded(signal)
      followers.delete(told)
    },

    isConnected: () => listener.isConnected(),

    async close() {
      closed.abort()
      await listener.close()
    },
  }

  async function tell(message: Message): Promise<void> {
    if (closed.signal.aborted) return
    let stopTimer = (): void => undefined
    const late = new Promise<never>((_, reject) => {
      const error = (): Error => new Error(`PostgreSQL did not take a notification within ${TELL_MS} ms.`)
      stopTimer = clock.timer(TELL_MS, () => reject(error()))
    })
    try {
      await Promise.race([listener.notify(textOf(message)), late])
    } catch (error) {
      onError(error)
    } finally {
      stopTimer()
    }
  }

  function onText(text: string): void {
    const message = messageOf(text)
    if (!message) return
    if ('hint' in message) hintTo(message.hint)
    else for (const told of followers) told(message.note)
  }

  function hintTo(hint: Hint): void {
    for (const [told, source] of consumers) if (source === hint.source) told(hint)
  }

  /** What was told while nobody listened is not told again: there may be work. */
  function onConnected(): void {
    for (const [told, source] of consumers) told({ source })
  }

  async function untilEnded(signal: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([signal, closed.signal])
    if (ended.aborted) return
    listener.start()
    await new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve(), { once: true }))
  }
}

/**
 * The name of a channel has 63 bytes: LISTEN cuts a longer one off, and NOTIFY refuses it. So it becomes one that is as unique.
 * https://www.postgresql.org/docs/current/sql-notify.html
 */
function channelOf(name: string): string {
  if (Buffer.byteLength(name) <= 63) return name
  return `ytscriptify_${createHash('sha256').update(name).digest('hex').slice(0, 40)}`
}
