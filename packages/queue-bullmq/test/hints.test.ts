import { Queue } from 'bullmq'
import { eventually, manualClock } from '@ytscriptify/core/testing'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { consume, follow, hintsComeThrough, notesComeThrough, rawClient, setUp } from './redis-harness.ts'

/** The queue as BullMQ has it, for somebody who writes into it by himself. */
function rawQueue(prefix: string): Queue {
  const queue = new Queue('hints-fake', { connection: rawClient(), prefix: `{${prefix}}` })
  onTestFinished(() => queue.close())
  return queue
}

const keysOf = (prefix: string): Promise<string[]> => rawClient().keys(`{${prefix}}*`)

describe('a hint', () => {
  it('of several transcripts wakes as many workers, and each of them as often', async () => {
    const { open } = setUp()
    const consumers = [consume(open()), consume(open()), consume(open())]
    const producer = open()
    await Promise.all(consumers.map((consumer) => hintsComeThrough(producer, consumer)))
    await delay(100)
    const before = consumers.map(({ hints }) => hints.length)

    await producer.push({ source: 'fake', count: 9 })

    const woken = () => consumers.map(({ hints }, index) => hints.length - (before[index] ?? 0))
    await eventually(() => woken().reduce((sum, count) => sum + count) === 9, { what: 'nine hints arrive' })
    expect(Math.min(...woken())).toBeGreaterThanOrEqual(2)
  })

  it('wakes ten workers at most, however many transcripts there are', async () => {
    const { open, prefix } = setUp()
    await open().push({ source: 'fake', count: 5_000 })

    expect(await rawQueue(prefix).getWaitingCount()).toBe(10)
  })

  it.each([0, -1, Number.NaN, 0.5, Infinity])(
    'counts at least as one and at most as ten, also when %s is said',
    async (count) => {
      const { open, prefix } = setUp()
      await open().push({ source: 'fake', count })

      expect(await rawQueue(prefix).getWaitingCount()).toBe(count === Infinity ? 10 : 1)
    },
  )

  it('that nobody consumes waits, but never more than a hundred do', async () => {
    const { open, prefix } = setUp()
    const queue = open()
    for (let push = 0; push < 30; push += 1) await queue.push({ source: 'fake', count: 10 })
    await Promise.all(Array.from({ length: 300 }, () => queue.push({ source: 'fake' })))
    const waiting = await rawQueue(prefix).getWaitingCount()

    const consumer = consume(open())
    await eventually(() => consumer.hints.length === 100, { what: 'they all arrive' })
    await hintsComeThrough(queue, consumer)

    expect(waiting).toBe(100)
  })

  it('waits for no more than a hundred and some when many processes push', async () => {
    const { open, prefix } = setUp()
    const queues = Array.from({ length: 5 }, () => open())

    for (let push = 0; push < 200; push += 1) await queues[push % 5]?.push({ source: 'fake' })

    expect(await rawQueue(prefix).getWaitingCount()).toBeLessThanOrEqual(200)
  })

  it('leaves nothing behind', async () => {
    const { open, prefix } = setUp()
    const queue = open()
    const consumer = consume(open())
    for (let push = 0; push < 50; push += 1) await queue.push({ source: 'fake' })
    await eventually(() => consumer.hints.length === 50, { what: 'they all arrive' })

    await eventually(
      async () => !(await keysOf(prefix)).some((key) => /:[0-9a-f-]{36}/.test(key.slice(prefix.length + 2))),
      {
        what: 'no hint is stored any more',
      },
    )
    const raw = rawQueue(prefix)
    expect(await raw.getJobCounts('waiting', 'active', 'completed', 'failed', 'delayed')).toEqual({
      waiting: 0,
      active: 0,
      completed: 0,
      failed: 0,
      delayed: 0,
    })
  })

  it('that hangs with a worker swallows none of the next ones', async () => {
    const { open } = setUp()
    const hanging = consume(open({ clock: manualClock() }))
    const queue = open()
    await hintsComeThrough(queue, hanging)

    const consumer = consume(open())

    expect(await hintsComeThrough(queue, consumer)).toBeLessThanOrEqual(3)
    expect(hanging.hints).toHaveLength(1)
  })

  it('whose worker died goes to another one, and is gone then', async () => {
    const { open, prefix } = setUp()
    const raw = rawQueue(prefix)
    const redis = rawClient()
    await open().push({ source: 'fake', count: 10 })
    // As a worker leaves them that took them and died: active, without a lock, and found to be so by the last look.
    const ids = await redis.lrange(`{${prefix}}:hints-fake:wait`, 0, -1)
    await redis.rename(`{${prefix}}:hints-fake:wait`, `{${prefix}}:hints-fake:active`)
    await redis.sadd(`{${prefix}}:hints-fake:stalled`, ...ids)

    consume(open())

    await eventually(async () => (await raw.getActiveCount()) === 0, { what: 'they are gone' })
    await eventually(async () => (await redis.exists(ids.map((id) => `{${prefix}}:hints-fake:${id}`))) === 0, {
      what: 'nothing of them is stored',
    })
    expect(await raw.getFailedCount()).toBe(0)
  })

  it('that a worker takes as it stops is not lost', async () => {
    const { open, prefix } = setUp()
    const queue = open()
    const raw = rawQueue(prefix)

    for (let moment = 0; moment < 12; moment += 1) {
      const consumer = consume(open())
      await hintsComeThrough(queue, consumer)
      await eventually(async () => (await raw.getJobCountByTypes('waiting', 'active')) === 0, { what: 'it is idle' })
      const told = consumer.hints.length
      await queue.push({ source: 'fake' })
      await delay(moment / 4)
      consumer.abort()
      await consumer.ended

      if (consumer.hints.length === told) expect(await raw.getWaitingCount()).toBe(1)
      expect(await raw.getActiveCount()).toBe(0)
    }
  })

  it('that somebody else wrote, in whatever form, harms nobody', async () => {
    const { open, prefix } = setUp()
    const queue = open()
    const raw = rawQueue(prefix)
    const redis = rawClient()
    await raw.add('something', { job: 'x'.repeat(100_000) }, { attempts: 100, backoff: 1, removeOnComplete: false })
    await raw.add('hint', null, { priority: 5, lifo: true, removeOnFail: false })
    await raw.add('hint', {}, { delay: 20 })
    await raw.add('hint', {}, { jobId: 'the same' })
    await raw.add('hint', {}, { jobId: 'the same' })
    await redis.rpush(`{${prefix}}:hints-fake:wait`, 'nothing is stored of this', '0:0', '')
    await redis.hset(`{${prefix}}:hints-fake:broken`, { name: 'hint', data: '{', opts: '[', timestamp: 'never' })
    await redis.rpush(`{${prefix}}:hints-fake:wait`, 'broken')

    const consumer = consume(open())

    for (let round = 0; round < 5; round += 1) await hintsComeThrough(queue, consumer)
    expect(consumer.hints.every((hint) => JSON.stringify(hint) === '{"source":"fake"}')).toBe(true)
  })
})

describe('a note', () => {
  it.each(['', '{', 'null', '[]', '{"jobId":7}', '{"job":"a"}', `{"jobId":"${'x'.repeat(1_000)}"}`, '\u0000'])(
    'that somebody else wrote is none: %j',
    async (text) => {
      const { open, prefix, errors } = setUp()
      const queue = open()
      const follower = follow(queue)
      await notesComeThrough(queue, follower)
      const redis = rawClient()

      await redis.publish(`{${prefix}}:notes`, text)
      await redis.publish(`{${prefix}}:notes`, '{"jobId":"the last","cancelled":"yes","more":1}')

      await eventually(() => follower.notes.at(-1)?.jobId === 'the last', { what: 'the last one arrives' })
      expect(new Set(follower.notes.map(({ jobId }) => jobId))).toEqual(new Set(['a job', 'the last']))
      expect(follower.notes.at(-1)).toEqual({ jobId: 'the last' })
      expect(errors).toEqual([])
    },
  )
})

describe('names in Redis', () => {
  it('all begin with the prefix as one hash tag', async () => {
    const { open, prefix } = setUp()
    const queue = open()
    const consumer = consume(open(), 'source: with {braces}')
    await queue.push({ source: 'source: with {braces}' })
    await eventually(() => consumer.hints.length > 0, { what: 'the hint arrives' })

    const keys = await rawClient().keys(`*${prefix}*`)

    expect(keys.length).toBeGreaterThan(0)
    expect(keys.every((key) => key.startsWith(`{${prefix}}:`))).toBe(true)
    expect(consumer.hints[0]).toEqual({ source: 'source: with {braces}' })
  })

  it('are apart for each prefix', async () => {
    const one = setUp()
    const other = setUp()
    const consumer = consume(one.open())
    await hintsComeThrough(one.open(), consumer)
    const told = consumer.hints.length

    await other.open().push({ source: 'fake' })
    await delay(100)

    expect(consumer.hints.length).toBe(told)
  })

  it.each(['', '{', 'a}b', '{tag}'])('cannot begin with %j', (prefix) => {
    const { open } = setUp()

    expect(() => open({ prefix })).toThrow(TypeError)
  })

  it('have no other prefix: that of ioredis is refused', () => {
    const { open } = setUp()

    expect(() => open({ connection: { keyPrefix: 'mine:' } })).toThrow('give it as `prefix` instead')
    expect(inject('redisUrl')).toBeTruthy()
  })
})
