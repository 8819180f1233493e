// Sends hints: as jobs of BullMQ that carry nothing.
import type { Hint } from '@ytscriptify/core'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import type { FastConnection } from './fast-connection.ts'
import type { RedisNames } from './redis-names.ts'

export interface HintProducer {
  /** @throws when Redis does not take the hint. */
  push(hint: Hint): Promise<void>
  close(): Promise<void>
}

export function createHintProducer(connection: FastConnection, names: RedisNames): HintProducer {
  const lines = new Map<string, HintLine>()

  return {
    async push({ source, count = 1 }) {
      const wanted = count >= 1 ? Math.min(Math.floor(count), MAX_PER_PUSH) : 1
      await connection.run(async (client) => {
        const line = lineOf(source, client)
        const added = await roomFor(wanted, line)
        if (added > 0) await line.queue.addBulk(Array.from({ length: added }, hintJob))
      })
    },

    async close() {
      await Promise.all([...lines.values()].map(({ queue }) => queue.close()))
    },
  }

  function lineOf(source: string, client: Redis): HintLine {
    const known = lines.get(source)
    if (known) return known
    const queue = new Queue(names.hintsOf(source), {
      connection: client,
      prefix: names.prefix,
      // It is ready: nothing may wait for it beyond the bound, and nothing is written to the console.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    })
    queue.on('error', () => undefined) // The errors of the connection, which its owner handles.
    const line: HintLine = { queue, waiting: MAX_WAITING }
    lines.set(source, line)
    return line
  }
}

/** The hints of one source. */
interface HintLine {
  readonly queue: Queue
  /** How many hints wait at most, as far as this process knows: those that it saw, and those that it added since. */
  waiting: number
  looking?: Promise<number> | undefined
}

/**
 * How many hints of those wanted may be added. A hint that still waits wakes a worker after this one would have been
 * pushed, so there is no point in a long list of them; and where nobody consumes, it must not grow.
 */
async function roomFor(wanted: number, line: HintLine): Promise<number> {
  if (line.waiting + wanted > MAX_WAITING) {
    line.looking ??= line.queue.getWaitingCount().finally(() => (line.looking = undefined))
    line.waiting = await line.looking
  }
  const added = Math.min(wanted, Math.max(0, MAX_WAITING - line.waiting))
  line.waiting += added
  return added
}

/** An id of its own for each, so that none can be taken for another one, wherever that hangs. */
const hintJob = () => ({ name: 'hint', data: {}, opts: { ...HINT_OPTIONS, jobId: randomUUID() } })

const HINT_OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true }

/** How many consumers one push may wake. Each of them claims as much as it has room for. */
const MAX_PER_PUSH = 10

/** How many hints of a source wait at most, give or take what other processes add between two looks. */
const MAX_WAITING = 100
