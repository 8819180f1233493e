// Redis forgets, goes away and lies, under servers and workers that are busy.
import { eventually } from '@ytscriptify/core/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilHintsArrive } from '../cluster/claims.ts'
import { PATIENCE_MS, startCluster, type Cluster } from '../cluster/cluster.ts'
import { createForger } from '../cluster/forger.ts'
import { startLoad } from '../cluster/load.ts'
import { between, randomFrom } from '../random.mjs'

let cluster: Cluster
let redis: Redis

beforeAll(async () => {
  cluster = await startCluster()
  redis = new Redis(cluster.redis.url)
  redis.on('error', () => undefined) // It is stopped on purpose.
}, PATIENCE_MS)

afterAll(async () => {
  redis?.disconnect()
  await cluster?.close()
})

describe('three workers and two servers', { timeout: 2 * PATIENCE_MS }, () => {
  it('lose nothing and do nothing twice when Redis forgets everything, 10 times', async () => {
    const random = randomFrom(3)
    const load = startLoad(cluster)

    for (let flushes = 0; flushes < 10; flushes += 1) {
      await cluster.progress(between(random, 1, 20))
      await redis.flushall()
    }
    await load.stop()
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    await untilHintsArrive(cluster)
  })

  it('lose nothing when Redis ends every connection of theirs, 10 times, and hear each other again', async () => {
    const random = randomFrom(4)
    const load = startLoad(cluster)

    let ended = 0
    for (let kills = 0; kills < 10; kills += 1) {
      await cluster.progress(between(random, 1, 20))
      for (const type of ['normal', 'pubsub']) ended += Number(await redis.call('CLIENT', 'KILL', 'TYPE', type))
    }
    await load.stop()
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    expect(ended).toBeGreaterThanOrEqual(5 * 10)
    await untilHintsArrive(cluster)
  })

  it('take 20 jobs at once, run them and call back while Redis is away, and hear each other when it is back', async () => {
    await cluster.redis.pause()

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        cluster.trySubmit(cluster.servers[index % 2]!, {
          videos: cluster.videos(3),
          callbackUrl: cluster.receiver.url,
        }),
      ),
    )
    await cluster.settled()
    const violations = await cluster.violations()
    await cluster.redis.resume()

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202))
    // A dead Redis may cost a submission 250 ms. The rest is what a busy machine takes for twenty at once.
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(1_500)
    expect(violations).toEqual([])
    await untilHintsArrive(cluster)
  })

  it('do each of 60 videos once whatever is forged: 3,000 hints, and 3,000 notes that their jobs were cancelled', async () => {
    const forger = createForger(redis)
    const jobIds: string[] = []
    for (let jobs = 0; jobs < 12; jobs += 1) {
      jobIds.push(await cluster.submit(cluster.servers[jobs % 2]!, { videos: cluster.videos(5) }))
      await forger.hint(250)
      await forger.note(250, jobIds)
    }
    await cluster.settled()
    await eventually(async () => (await forger.waiting()) === 0, {
      what: 'every hint is taken',
      withinMs: PATIENCE_MS,
    })
    await forger.close()

    expect(await cluster.violations()).toEqual([])
    const outcomes = `SELECT status, attempt, crashes, count(*)::int AS videos FROM transcripts WHERE job_id = ANY ($1) GROUP BY 1, 2, 3`
    expect(await cluster.witness.rows(outcomes, [jobIds])).toEqual([
      { status: 'completed', attempt: 1, crashes: 0, videos: 60 },
    ])
    await untilHintsArrive(cluster)
  })
})
