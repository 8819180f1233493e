// Somebody who writes into Redis what no process of ours has sent: hints of work that is not there, and notes about jobs that
// nobody has changed, of every shape.
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { HINTS, NOTES, REDIS_PREFIX } from './redis-names.ts'

export interface Forger {
  /** Puts so many hints into the queue: well-formed ones, strange ones, and ones that lead nowhere. */
  hint(count: number): Promise<void>
  /** Publishes so many notes, about these jobs and others. */
  note(count: number, jobIds: readonly string[]): Promise<void>
  /** How many hints nobody has taken yet. */
  waiting(): Promise<number>
  close(): Promise<void>
}

export function createForger(redis: Redis): Forger {
  const queue = new Queue(HINTS, { prefix: REDIS_PREFIX, connection: redis, skipVersionCheck: true })
  // Redis may be stopped on purpose.
  queue.on('error', () => undefined)

  return {
    async hint(count) {
      await queue.addBulk(Array.from({ length: count }, (_, index) => hintOf(index)))
      // Ids without a job behind them, as a hand with redis-cli may leave them.
      await redis.lpush(`${REDIS_PREFIX}:${HINTS}:wait`, ...Array.from({ length: 20 }, (_, index) => `nobody-${index}`))
    },
    async note(count, jobIds) {
      const pipeline = redis.pipeline()
      for (let index = 0; index < count; index += 1) pipeline.publish(NOTES, noteOf(index, jobIds))
      await pipeline.exec()
    },
    waiting: () => queue.getWaitingCount(),
    close: () => queue.close(),
  }
}

/** Each id is used several times. */
function hintOf(index: number) {
  const data = [{}, null, [], 'text', { source: 42 }, { source: 'elsewhere', count: -1 }, { x: 'x'.repeat(10_000) }]
  const jobId = `forged-${Math.floor(index / 3)}`
  return { name: ['hint', '', 'stop', '__proto__'][index % 4] ?? '', data: data[index % data.length], opts: { jobId } }
}

function noteOf(index: number, jobIds: readonly string[]): string {
  const jobId = jobIds[index % jobIds.length] ?? 'nobody'
  const notes = [
    // The two that pass for real ones.
    JSON.stringify({ jobId, cancelled: true }),
    JSON.stringify({ jobId }),
    JSON.stringify({ jobId: 'of-nobody', cancelled: true }),
    JSON.stringify({ jobId: { toString: 'no' }, cancelled: 'yes' }),
    JSON.stringify({ jobId, cancelled: true, filler: 'x'.repeat(100_000) }),
    '{"jobId":',
    'null',
    '[]',
    '',
    '\u0000\ud83d',
  ]
  return notes[index % notes.length] ?? ''
}
