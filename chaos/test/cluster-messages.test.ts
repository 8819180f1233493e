// What one process does reaches the others at once: through Redis, and where there is none through the database.
import { eventually } from '@ytscriptify/core/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS, startCluster, type Cluster } from '../cluster/cluster.ts'
import { API_KEY } from '../cluster/environment.ts'
import { followJob, type JobEvent } from '../cluster/follow-job.ts'
import { NOTES } from '../cluster/redis-names.ts'
import type { JournalEntry } from '../cluster/witness.ts'

/** A worker with the leases of every day renews every 5 s: that late it would learn of a cancellation by itself. */
const RENEW_MS = 5_000
/** Whoever waits for a job looks at the database this often by himself. */
const POLL_MS = 1_000

describe.each([
  ['Redis', true],
  ['the database', false],
])('two servers and a worker that hear each other through %s', (_what, usesRedis) => {
  let cluster: Cluster
  let redis: Redis

  beforeAll(async () => {
    cluster = await startCluster({ workers: 1, concurrency: 1, leaseMs: 30_000, usesRedis })
    redis = new Redis(cluster.redis.url)
  }, PATIENCE_MS)

  afterAll(async () => {
    redis?.disconnect()
    await cluster?.close()
  })

  it(
    'stop a running video as soon as its job is cancelled on either server, 6 times',
    { timeout: PATIENCE_MS },
    async () => {
      const delays: number[] = []
      for (let round = 0; round < 6; round += 1) {
        const server = cluster.servers[round % 2]!
        const [hanging, next] = cluster.videos(2)
        cluster.youtube.behave({ how: 'hang', videoId: hanging! })
        const cancelled = await cluster.submit(server, { videos: [hanging!] })
        await askedFor(hanging!)
        // The only slot is taken, so that this one begins when the other has let go of it.
        await cluster.submit(server, { videos: [next!] })

        const cancelledAt = Date.now()
        const { status } = await cluster.ask(server, `/job_status/${cancelled}`, { method: 'DELETE' })
        const startedAt = await askedFor(next!)

        expect(status).toBe(200)
        delays.push(startedAt - cancelledAt)
      }
      await cluster.settled()

      expect((await followersInRedis()) > 0).toBe(usesRedis)
      expect(median(delays)).toBeLessThan(RENEW_MS / 10)
      expect(Math.max(...delays)).toBeLessThan(RENEW_MS / 2)
      expect(await cluster.violations()).toEqual([])
    },
  )

  it(
    'show who follows a job on one server what becomes of it though it was submitted on the other, 5 jobs of 4 videos',
    { timeout: PATIENCE_MS },
    async () => {
      const [one, other] = cluster.servers
      const delays: number[] = []
      for (let round = 0; round < 5; round += 1) {
        const jobId = await cluster.submit(one!, { videos: cluster.videos(4) })

        const events = await followJob(jobId, { server: other!, key: API_KEY })

        expect(events.at(-1)).toMatchObject({ event: 'end', data: { status: 'completed' } })
        delays.push(...delaysOf(events, endsIn(await cluster.witness.journal(), jobId)))
      }

      expect(delays.length).toBeGreaterThanOrEqual(5 * 3)
      expect(median(delays)).toBeLessThan(POLL_MS / 4)
      expect(await cluster.violations()).toEqual([])
    },
  )

  /** How many processes listen to notes there. */
  async function followersInRedis(): Promise<number> {
    const [, followers] = await redis.pubsub('NUMSUB', NOTES)
    return Number(followers)
  }

  /** @returns when YouTube was first asked for this video. */
  async function askedFor(videoId: string): Promise<number> {
    const find = () => cluster.youtube.requests.find((request) => request.videoId === videoId)
    await eventually(() => find() !== undefined, { what: `YouTube is asked for ${videoId}`, withinMs: PATIENCE_MS })
    return find()!.time
  }
})

/** When the first, the second … video of a job ended. */
const endsIn = (journal: readonly JournalEntry[], jobId: string): readonly number[] =>
  journal
    .filter(
      ({ entity, job_id, new_status }) => entity === 'transcript' && job_id === jobId && new_status === 'completed',
    )
    .map(({ at }) => at.getTime())

/** From the end of each video until an event told of so many ended ones. */
const delaysOf = (events: readonly JobEvent[], ends: readonly number[]): readonly number[] =>
  ends.flatMap((at, index) => {
    const told = events.find(({ event, data }) => event === 'job' && data.counts.completed > index)
    return told ? [told.arrivedAt - at] : []
  })

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
