// What is told over one connection. Every NOTIFY is a statement and a commit, and commits that notify wait for each other in all of
// the server: so what comes while one is under way goes together in the next one.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PostgresClient } from './postgres-pool.ts'

export interface NotificationSender {
  /** Resolves when the server has taken it. A text that waits already is not sent a second time. */
  send(text: string): Promise<void>
  /** Resolves when the server has answered. */
  ask(): Promise<void>
}

interface Batch {
  readonly texts: Set<string>
  readonly sent: Promise<void>
}

export function createNotificationSender(client: PostgresClient, channel: string): NotificationSender {
  let last = Promise.resolve()
  let waiting: Batch | undefined

  return {
    send(text) {
      waiting ??= nextBatch()
      waiting.texts.add(text)
      return waiting.sent
    },
    ask: () => afterLast(() => client.query('select')),
  }

  function nextBatch(): Batch {
    const texts = new Set<string>()
    const sent = afterLast(async () => {
      await nextTurn()
      waiting = undefined
      await client.query('select pg_notify($1, text) from unnest($2::text[]) as text', [channel, [...texts]])
    })
    return { texts, sent }
  }

  /** One statement at a time: a client of node-postgres may be given no second one while it works. */
  function afterLast(work: () => Promise<unknown>): Promise<void> {
    const done = last.then(work).then(() => undefined)
    last = done.catch(() => undefined) // Told to whoever asked for it.
    return done
  }
}
