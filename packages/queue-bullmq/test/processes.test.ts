import { startRedis } from '@ytscriptify/test-servers'
import { eventually } from '@ytscriptify/core/testing'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { consume, hintsComeThrough, newPrefix, rawClient, setUp } from './redis-harness.ts'
import { startQueueProcess } from './queue-process.ts'

async function privateRedis() {
  const redis = await startRedis()
  onTestFinished(redis.stop)
  return redis
}

describe('two processes', () => {
  it('share the hints of a third, and both hear its notes', async () => {
    const prefix = newPrefix()
    const url = inject('redisUrl')
    const [producer, ...workers] = await Promise.all([
      startQueueProcess(inject('redisUrl'), newPrefix()),
      startQueueProcess(url, prefix),
      startQueueProcess(url, prefix),
    ])
    const { open } = setUp()
    const queue = open({ prefix })

    await eventually(
      async () => {
        await queue.push({ source: 'fake', count: 10 })
        await queue.announce?.({ jobId: 'a job', cancelled: true })
        return workers.every(({ hints, notes }) => hints.length > 0 && notes.length > 0)
      },
      { what: 'both are told' },
    )

    expect(workers.map(({ notes }) => notes[0])).toEqual([
      { jobId: 'a job', cancelled: true },
      { jobId: 'a job', cancelled: true },
    ])
    expect(producer?.hints).toEqual([])
  })

  it('do not lose more than the hint in hand when one of them is killed', async () => {
    const prefix = newPrefix()
    const url = inject('redisUrl')
    const { open } = setUp()
    const queue = open({ prefix })
    const dying = await startQueueProcess(url, prefix)
    await eventually(
      async () => {
        await queue.push({ source: 'fake' })
        return dying.hints.length > 0
      },
      { what: 'it is told' },
    )
    process.kill(dying.pid, 'SIGKILL')

    const consumer = consume(open({ prefix }))

    await hintsComeThrough(queue, consumer)
  })
})

describe('a process', () => {
  it('ends by itself once its queue is closed, with hundreds of hints waiting, and has written nothing', async () => {
    const prefix = newPrefix()
    const url = inject('redisUrl')
    const ending = await startQueueProcess(url, prefix)
    for (let push = 0; push < 60; push += 1) await ending.push({ source: 'fake', count: 10 })

    const { code, output, ms } = await ending.close()

    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(ms).toBeLessThan(2_000)
  })

  it('ends by itself when Redis was never there', async () => {
    const redis = await privateRedis()
    await redis.pause()
    const ending = await startQueueProcess(redis.url, newPrefix())
    await ending.push({ source: 'fake' })
    await ending.announce({ jobId: 'a job' })

    const { code, output, ms } = await ending.close()

    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(ms).toBeLessThan(5_000)
  })

  it.each([0, 50, 1_000])('ends by itself when Redis went away %s ms before', async (msBefore) => {
    const redis = await privateRedis()
    const ending = await startQueueProcess(redis.url, newPrefix())
    await eventually(
      async () => {
        await ending.push({ source: 'fake' })
        return ending.hints.length > 0
      },
      { what: 'it is told' },
    )
    await redis.pause()
    await delay(msBefore)
    await Promise.all([ending.push({ source: 'fake' }), ending.announce({ jobId: 'a job' })])

    const { code, output, ms } = await ending.close()

    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(ms).toBeLessThan(5_000)
  })

  it('ends by itself when Redis answers no longer', async () => {
    const redis = await privateRedis()
    const ending = await startQueueProcess(redis.url, newPrefix())
    await eventually(
      async () => {
        await ending.push({ source: 'fake' })
        return ending.hints.length > 0
      },
      { what: 'it is told' },
    )
    process.kill(redis.pid, 'SIGSTOP')

    const { code, output, ms } = await ending.close()
    process.kill(redis.pid, 'SIGCONT')

    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(ms).toBeLessThan(5_000)
  })

  it('ends by itself right after Redis was restarted and its connections were killed', async () => {
    const redis = await privateRedis()
    const ending = await startQueueProcess(redis.url, newPrefix())
    await ending.push({ source: 'fake' })
    await redis.pause()
    await redis.resume()
    await rawClient(redis.url).call('client', 'kill', 'type', 'normal', 'skipme', 'yes')

    const { code, output, ms } = await ending.close()

    expect({ code, output }).toEqual({ code: 0, output: '' })
    expect(ms).toBeLessThan(5_000)
  })
})
