import { startRedis } from '@ytscriptify/test-servers'
import { eventually } from '@ytscriptify/core/testing'
import { Redis } from 'ioredis'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  consume,
  follow,
  hintsComeThrough,
  notesComeThrough,
  rawClient,
  setUp,
  startTcpServer,
  timeOf,
} from './redis-harness.ts'

/** A Redis that only this test has, so that it may be taken away. */
async function privateRedis(args: readonly string[] = []) {
  const redis = await startRedis({ args })
  onTestFinished(redis.stop)
  return redis
}

/** What the contract of a queue says. A machine under load gets its time as well, so the fastest of some pushes counts. */
const BOUND_MS = 250

describe('a push', () => {
  it('does not wait for a Redis that is down', async () => {
    const redis = await privateRedis()
    await redis.pause()
    const { open, errors } = setUp(redis.url)

    const times = []
    for (let round = 0; round < 4; round += 1) times.push(await timeOf(() => open().push({ source: 'fake' })))

    expect(Math.min(...times)).toBeLessThan(BOUND_MS)
    expect(errors.some(({ message }) => /^A hint could not be sent over Redis.*ECONNREFUSED/.test(message))).toBe(true)
  })

  it('does not wait for a Redis that takes the connection and never answers', async () => {
    const silent = await startTcpServer()
    const { open, errors } = setUp(silent.url)

    const times = []
    for (let round = 0; round < 4; round += 1) times.push(await timeOf(() => open().push({ source: 'fake' })))

    expect(Math.min(...times)).toBeLessThan(BOUND_MS)
    expect(errors.length).toBeGreaterThan(0)
  })

  it('does not wait for a Redis that answers no longer, and comes through when it does again', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queues = [open(), open(), open(), open()]
    for (const queue of queues) await queue.push({ source: 'fake' })
    process.kill(redis.pid, 'SIGSTOP')

    const times = []
    for (const queue of queues) times.push(await timeOf(() => queue.push({ source: 'fake' })))
    const wasConnected = queues.map((queue) => queue.isConnected?.())
    process.kill(redis.pid, 'SIGCONT')

    expect(Math.min(...times)).toBeLessThan(BOUND_MS)
    expect(wasConnected).toEqual([false, false, false, false])
    const [queue = open()] = queues
    await eventually(() => queue.isConnected?.() === true, { what: 'it answers again' })
    await hintsComeThrough(queue, consume(open()))
  })

  it('waits once in a second only while Redis is away, however many there are', async () => {
    const silent = await startTcpServer()
    const { open } = setUp(silent.url)
    const queue = open()
    await queue.push({ source: 'fake' })

    const ms = await timeOf(async () => {
      for (let push = 0; push < 1_000; push += 1) await queue.push({ source: 'fake' })
    })

    expect(ms).toBeLessThan(500)
  })

  it('reports an outage once a second, and how much was left out', async () => {
    const silent = await startTcpServer()
    const { open, errors } = setUp(silent.url)
    const queue = open()
    const hintErrors = () => errors.filter(({ message }) => message.startsWith('A hint could not be sent'))

    const startedAt = performance.now()
    await eventually(
      async () => {
        await queue.push({ source: 'fake' })
        return hintErrors().length >= 2
      },
      { what: 'a second report' },
    )

    expect(performance.now() - startedAt).toBeGreaterThan(900)
    expect(hintErrors()[1]?.message).toMatch(/\(and \d+ more of this kind since the last report\)$/)
    expect(hintErrors()[0]?.cause).toBeInstanceOf(Error)
  })

  it('is not disturbed by an onError that throws', async () => {
    const silent = await startTcpServer()
    const { open } = setUp(silent.url)
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    const queue = open({
      onError: () => {
        throw new Error('a fault of the listener')
      },
    })

    await queue.push({ source: 'fake' })

    expect((await warned).message).toContain('a fault of the listener')
  })
})

describe('consuming and following', () => {
  it('go on by themselves after Redis was restarted, and empty', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const [queue, other] = [open(), open()]
    const [consumer, follower] = [consume(other), follow(other)]
    await hintsComeThrough(queue, consumer)
    await notesComeThrough(queue, follower)

    await redis.pause()
    await queue.push({ source: 'fake' })
    await redis.resume()

    await hintsComeThrough(queue, consumer)
    await notesComeThrough(queue, follower)
  })

  it('begin by themselves when Redis comes later', async () => {
    const redis = await privateRedis()
    await redis.pause()
    const { open } = setUp(redis.url)
    const [consumer, follower] = [consume(open()), follow(open())]
    await delay(300)

    await redis.resume()

    await hintsComeThrough(open(), consumer)
    await notesComeThrough(open(), follower)
  })

  it('go on after everything was flushed, whatever was under way', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queue = open()
    const consumer = consume(open())
    const flusher = rawClient(redis.url)

    for (let round = 0; round < 20; round += 1) {
      await Promise.all([queue.push({ source: 'fake', count: 10 }), flusher.flushall()])
      await delay(round)
    }

    expect(await hintsComeThrough(queue, consumer)).toBeLessThanOrEqual(3)
  })

  it('go on after a flush between a push and the consumer', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queue = open()
    await queue.push({ source: 'fake', count: 10 })
    await rawClient(redis.url).flushall()

    const consumer = consume(open())

    expect(await hintsComeThrough(queue, consumer)).toBeLessThanOrEqual(10)
  })

  it('go on after their connections were killed, again and again', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const [queue, other] = [open(), open()]
    const [consumer, follower] = [consume(other), follow(other)]
    const killer = rawClient(redis.url)

    for (let round = 0; round < 5; round += 1) {
      await hintsComeThrough(queue, consumer)
      await notesComeThrough(queue, follower)
      for (const type of ['normal', 'pubsub']) await killer.call('client', 'kill', 'type', type, 'skipme', 'yes')
    }

    await hintsComeThrough(queue, consumer)
    await notesComeThrough(queue, follower)
  })

  it('leave a server that takes connections and never answers, when the real one is there again', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queue = open()
    const consumer = consume(open())
    await hintsComeThrough(queue, consumer)
    process.kill(redis.pid, 'SIGSTOP')
    await delay(500)

    process.kill(redis.pid, 'SIGCONT')

    await hintsComeThrough(queue, consumer)
  })

  it('end at once while Redis is away', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queue = open()
    const [consumer, follower] = [consume(queue), follow(queue)]
    await hintsComeThrough(queue, consumer)
    await redis.pause()
    await delay(100)

    const ms = await timeOf(() => queue.close())

    await Promise.all([consumer.ended, follower.ended])
    expect(ms).toBeLessThan(2_000)
  })

  it('end soon while Redis answers nothing', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queue = open()
    const [consumer, follower] = [consume(queue), follow(queue)]
    await hintsComeThrough(queue, consumer)
    process.kill(redis.pid, 'SIGSTOP')

    const ms = await timeOf(() => queue.close())
    process.kill(redis.pid, 'SIGCONT')

    await Promise.all([consumer.ended, follower.ended])
    expect(ms).toBeLessThan(2_000)
  })
})

describe('connections', () => {
  it('are opened when they are needed, and none is left when the queue is closed', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const looking = rawClient(redis.url)
    const connections = async () =>
      String(await looking.client('LIST'))
        .trim()
        .split('\n').length - 1

    const queue = open()
    const unused = await connections()
    const consumer = consume(queue)
    follow(queue)
    await hintsComeThrough(queue, consumer)
    const used = await connections()
    await queue.close()

    expect(unused).toBe(0)
    expect(used).toBe(4)
    await eventually(async () => (await connections()) === 0, { what: 'they are closed' })
  })

  it('of a consumer are closed when it ends', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const looking = rawClient(redis.url)
    const connections = async () =>
      String(await looking.client('LIST'))
        .trim()
        .split('\n').length - 1
    const queue = open()
    const consumer = consume(queue)
    await hintsComeThrough(queue, consumer)

    consumer.abort()
    await consumer.ended

    await eventually(async () => (await connections()) === 1, { what: 'only that of the producer is left' })
  })

  it('are duplicates of a client that is given, which stays open', async () => {
    const redis = await privateRedis()
    const client = new Redis(redis.url, { lazyConnect: true, maxRetriesPerRequest: 5 })
    onTestFinished(() => client.disconnect())
    const { open } = setUp(client)
    const queue = open()
    const consumer = consume(queue)
    await hintsComeThrough(queue, consumer)

    await queue.close()

    expect(await client.ping()).toBe('PONG')
  })

  it('say whether Redis is there', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const queue = open()

    await eventually(() => queue.isConnected?.() === true, { what: 'it is there' })
    await redis.pause()
    await eventually(() => queue.isConnected?.() === false, { what: 'it is away' })
    await redis.resume()
    await eventually(() => queue.isConnected?.() === true, { what: 'it is there again' })
    await queue.close()

    expect(queue.isConnected?.()).toBe(false)
  })
})

describe('a Redis that throws keys away', () => {
  it('is warned of once', async () => {
    const redis = await privateRedis(['--maxmemory-policy', 'allkeys-lru'])
    const { open, errors } = setUp(redis.url)
    const queue = open()
    const consumer = consume(queue)
    await hintsComeThrough(queue, consumer)
    await rawClient(redis.url).call('client', 'kill', 'type', 'normal', 'skipme', 'yes')
    await hintsComeThrough(queue, consumer)

    const warnings = errors.filter(({ message }) => message.includes('maxmemory-policy is "allkeys-lru"'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.message).toContain('set it to "noeviction"')
  })

  it('is not warned of where it throws nothing away, or does not say', async () => {
    const redis = await privateRedis()
    await rawClient(redis.url).call(
      'acl',
      'setuser',
      'worker',
      'on',
      '>secret',
      '~*',
      '&*',
      '+@all',
      '-info',
      '-config',
    )
    const all = setUp(redis.url)
    const restricted = setUp({ port: redis.port, username: 'worker', password: 'secret', enableReadyCheck: false })

    for (const { open } of [all, restricted]) await hintsComeThrough(open(), consume(open()))

    expect([...all.errors, ...restricted.errors]).toEqual([])
  })
})
