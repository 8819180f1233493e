// What the tests of this package start from: a Redis, and queues on it under a prefix of their own.
import { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hint, JobNote, JobQueue } from '@ytscriptify/core'
import { eventually } from '@ytscriptify/core/testing'
import { inject, onTestFinished } from 'vitest'
import { bullmqQueue, type BullmqQueueOptions, type RedisConnection } from '../src/index.ts'

/** A prefix that nobody else has. */
export const newPrefix = (): string => `test-${randomUUID()}`

export interface QueueSet {
  readonly prefix: string
  /** Everything that was reported. */
  readonly errors: readonly Error[]
  open(options?: Partial<BullmqQueueOptions>): JobQueue
  dispose(): Promise<void>
}

/** Queues on one prefix, as the processes of one installation have them. */
export function queuesOn(connection: RedisConnection = inject('redisUrl'), prefix = newPrefix()): QueueSet {
  const queues: JobQueue[] = []
  const errors: Error[] = []
  return {
    prefix,
    errors,
    open(options = {}) {
      const onError = (error: unknown) => errors.push(error instanceof Error ? error : new Error(String(error)))
      const queue = bullmqQueue({ connection, prefix, onError, ...options })
      queues.push(queue)
      return queue
    },
    async dispose() {
      await Promise.all(queues.map((queue) => queue.close()))
    },
  }
}

/** The same for one test, which closes them. */
export function setUp(connection?: RedisConnection): QueueSet {
  const queues = queuesOn(connection)
  onTestFinished(queues.dispose)
  return queues
}

/** A client that looks at Redis, or spoils something there, for one test. */
export function rawClient(url = inject('redisUrl')): Redis {
  const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => undefined) // Tests take Redis away.
  onTestFinished(() => client.disconnect())
  return client
}

/** Consumes until the test is finished. */
export function consume(queue: JobQueue, source = 'fake') {
  const hints: Hint[] = []
  const controller = new AbortController()
  const ended = queue.consume((hint) => hints.push(hint), { source, signal: controller.signal })
  onTestFinished(() => controller.abort())
  return { hints, ended, abort: () => controller.abort() }
}

/** Follows until the test is finished. */
export function follow(queue: JobQueue) {
  const notes: JobNote[] = []
  const controller = new AbortController()
  const ended = queue.follow?.((note) => notes.push(note), { signal: controller.signal })
  onTestFinished(() => controller.abort())
  return { notes, ended }
}

/** Pushes until a hint comes through. @returns how many it took. */
export async function hintsComeThrough(
  queue: JobQueue,
  consumer: { readonly hints: readonly Hint[] },
): Promise<number> {
  const before = consumer.hints.length
  let pushed = 0
  await eventually(
    async () => {
      await queue.push({ source: 'fake' })
      pushed += 1
      await delay(10)
      return consumer.hints.length > before
    },
    { what: 'a hint comes through' },
  )
  return pushed
}

/** Announces until a note comes through. */
export async function notesComeThrough(
  queue: JobQueue,
  follower: { readonly notes: readonly JobNote[] },
): Promise<void> {
  const before = follower.notes.length
  await eventually(
    async () => {
      await queue.announce?.({ jobId: 'a job' })
      await delay(10)
      return follower.notes.length > before
    },
    { what: 'a note comes through' },
  )
}

/** How long something takes, in milliseconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** A server that takes connections, and says what it is told to: nothing, if it is told nothing. */
export async function startTcpServer(onData: (text: string, socket: Socket) => void = () => undefined) {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.setEncoding('utf8').on('data', (text: string) => onData(text, socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get connections() {
      return sockets.size
    },
  }
}
