import { describeRateLimitStore, eventually } from '@ytscriptify/core/testing'
import { startRedis } from '@ytscriptify/test-servers'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { redisRateLimitStore, type RedisConnection, type RedisRateLimitStore } from '../src/index.ts'
import { newPrefix, rawClient, startTcpServer, timeOf } from './redis-harness.ts'

function storesOn(connection: RedisConnection = inject('redisUrl'), prefix = newPrefix()) {
  const stores: RedisRateLimitStore[] = []
  return {
    prefix,
    open(options: { readonly timeoutMs?: number } = {}) {
      const store = redisRateLimitStore({ connection, prefix, ...options })
      stores.push(store)
      return store
    },
    async dispose() {
      await Promise.all(stores.map((store) => store.close()))
    },
  }
}

function setUp(connection?: RedisConnection) {
  const stores = storesOn(connection)
  onTestFinished(stores.dispose)
  return stores
}

async function privateRedis() {
  const redis = await startRedis()
  onTestFinished(redis.stop)
  return redis
}

/** Stands between a client and Redis, and breaks a connection when Redis has answered, before the answer has arrived. */
async function startLossyProxy(port: number) {
  let losing: string | undefined
  const upstreams = new Map<Socket, Socket>()
  const { url } = await startTcpServer((text, client) => {
    const isLost = losing !== undefined && text.includes(losing)
    if (isLost) losing = undefined
    const upstream = upstreams.get(client) ?? connect(port, '127.0.0.1')
    if (!upstreams.has(client)) {
      upstream.on('data', (answer) => client.write(answer))
      upstream.on('error', () => undefined)
      client.on('close', () => upstream.destroy())
      upstreams.set(client, upstream)
    }
    if (isLost) upstream.removeAllListeners('data').once('data', () => client.destroy())
    upstream.write(text)
  })
  return { url, loseNextAnswerTo: (command: string) => void (losing = command) }
}

const MINUTE = { key: 'minute:alice', limit: 100, windowMs: 60_000 }

describeRateLimitStore({
  runner: { describe, it },
  createHarness: async () => {
    const { open, dispose } = storesOn()
    // The time of Redis passes by itself, and no sooner.
    return { store: open(), another: async () => open(), advance: delay, dispose }
  },
})

describe('limits in Redis', () => {
  it('are exact for 500 requests at once over five servers, in the middle of which the script is forgotten', async () => {
    const redis = await privateRedis()
    const { open } = setUp(redis.url)
    const stores = Array.from({ length: 5 }, () => open({ timeoutMs: 10_000 }))
    const raw = rawClient(redis.url)

    const answers = await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        if (index % 100 === 50) await raw.script('FLUSH')
        return (stores[index % 5] ?? open()).take([MINUTE])
      }),
    )

    expect(answers.filter(([state]) => state?.allowed)).toHaveLength(100)
  })

  it('are kept until their window is over and no longer', async () => {
    const { open, prefix } = setUp()
    const store = open()
    const raw = rawClient()
    await store.take([
      { ...MINUTE, windowMs: 300 },
      { key: 'day:alice', limit: 5, windowMs: 86_400_000 },
    ])

    const keys = await raw.keys(`{${prefix}}:limit:*`)
    const ttl = await raw.pttl(`{${prefix}}:limit:day:alice`)
    await eventually(async () => (await raw.keys(`{${prefix}}*`)).length === 1, { what: 'the short one is gone' })

    expect(keys.sort()).toEqual([`{${prefix}}:limit:day:alice`, `{${prefix}}:limit:minute:alice`])
    expect(ttl).toBeGreaterThan(86_000_000)
  })

  it('begin anew where somebody has taken the end of a window away', async () => {
    const { open, prefix } = setUp()
    const store = open()
    await store.take([{ ...MINUTE, limit: 1 }])
    await rawClient().persist(`{${prefix}}:limit:${MINUTE.key}`)

    const [state] = await store.take([{ ...MINUTE, limit: 1 }])

    expect(state).toEqual({ allowed: true, remaining: 0, resetMs: 60_000 })
    expect(await rawClient().pttl(`{${prefix}}:limit:${MINUTE.key}`)).toBeGreaterThan(0)
  })

  it('say so when Redis is down, soon for the first request and at once for the next ones', async () => {
    const redis = await privateRedis()
    await redis.pause()
    const { open } = setUp(redis.url)
    const store = open({ timeoutMs: 200 })

    const first = await timeOf(() => expect(store.take([MINUTE])).rejects.toThrow('ECONNREFUSED'))
    const next = await timeOf(async () => {
      for (let request = 0; request < 100; request += 1) await store.take([MINUTE]).catch(() => undefined)
    })

    expect(first).toBeLessThan(1_000)
    expect(next).toBeLessThan(200)
  })

  it('say so when Redis never answers, and let one request in a second try', async () => {
    const silent = await startTcpServer()
    const store = setUp(silent.url).open({ timeoutMs: 100 })
    await expect(store.take([MINUTE])).rejects.toThrow('Redis did not answer within 100 ms')
    await delay(1_050)

    const times = await Promise.all(
      Array.from({ length: 50 }, () => timeOf(() => expect(store.take([MINUTE])).rejects.toThrow())),
    )

    expect(times.filter((ms) => ms > 80)).toHaveLength(1)
  })

  it('count again as soon as Redis is back', async () => {
    const redis = await privateRedis()
    const store = setUp(redis.url).open()
    await store.take([MINUTE])
    await redis.pause()
    await store.take([MINUTE]).catch(() => undefined)
    await redis.resume()

    await eventually(
      () =>
        store.take([MINUTE]).then(
          () => true,
          () => false,
        ),
      { what: 'it counts' },
    )
  })

  it('count nothing twice when a connection breaks before the answer', async () => {
    const redis = await privateRedis()
    const between = await startLossyProxy(redis.port)
    const { open, prefix } = setUp(between.url)
    const store = open()
    await store.take([MINUTE])

    between.loseNextAnswerTo('evalsha')
    await expect(store.take([MINUTE])).rejects.toThrow()
    await eventually(() => store.take([{ ...MINUTE, key: 'another' }]).then(Boolean, () => false), {
      what: 'it counts',
    })

    expect(await rawClient(redis.url).get(`{${prefix}}:limit:${MINUTE.key}`)).toBe('2')
  })

  it('say so when an answer is none of theirs', async () => {
    const { open, prefix } = setUp()
    await rawClient().set(`{${prefix}}:limit:${MINUTE.key}`, 'not a number', 'PX', 10_000)
    await rawClient().lpush(`{${prefix}}:limit:list`, 'x')
    const store = open()

    await expect(store.take([{ ...MINUTE, key: 'list' }])).resolves.toMatchObject([{ allowed: true }])
    await expect(store.take([MINUTE])).rejects.toThrow()
    await expect(store.take([{ ...MINUTE, key: 'another' }])).resolves.toMatchObject([{ allowed: true }])
  })

  it('are closed more than once, and count nothing then', async () => {
    const store = setUp().open()
    await store.take([MINUTE])

    await store.close()
    await store.close()

    await expect(store.take([MINUTE])).rejects.toThrow('closed')
  })

  it('refuse what the queue refuses', () => {
    expect(() => redisRateLimitStore({ connection: {}, prefix: '{a}' })).toThrow(TypeError)
    expect(() => redisRateLimitStore({ connection: { keyPrefix: 'a' } })).toThrow(TypeError)
  })
})
