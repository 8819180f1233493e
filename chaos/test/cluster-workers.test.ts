// Workers as processes on PostgreSQL and Redis, which are killed and stand still.
import { eventually } from '@ytscriptify/core/testing'
import type { StandInRequest } from '@ytscriptify/source-youtube/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { untilAttempt } from '../cluster/claims.ts'
import { PATIENCE_MS, startCluster, type Cluster } from '../cluster/cluster.ts'
import { untilHeld, untilTakenOver } from '../cluster/held-work.ts'
import { namedUrl } from '../cluster/environment.ts'
import { startLoad } from '../cluster/load.ts'
import { startRelay } from '../cluster/relay.ts'
import type { Member } from '../cluster/member.ts'
import { between, oneOf, randomFrom } from '../random.mjs'

let cluster: Cluster

beforeAll(async () => {
  // Answers of YouTube take long enough for a worker to be stopped between the request and the answer.
  cluster = await startCluster({ servers: 2, workers: 3, concurrency: 4, youtubeLatencyMs: 120, receiverLatencyMs: 20 })
}, PATIENCE_MS)

afterAll(() => cluster?.close())

describe('three workers and two servers', { timeout: 2 * PATIENCE_MS }, () => {
  it('lose nothing and do nothing twice when a worker is killed -9 at random, 10 times', async () => {
    const random = randomFrom(1)
    const load = startLoad(cluster)

    const starting = new Map<Member, Promise<void>>()
    for (let kills = 0; kills < 10; kills += 1) {
      await cluster.progress(between(random, 1, 20))
      const worker = oneOf(random, cluster.workers)
      await starting.get(worker)
      await worker.kill()
      starting.set(worker, worker.start())
    }
    await load.stop()
    await Promise.all(starting.values())
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    expect(await crashes()).toBeGreaterThan(0)
  })

  it('lose nothing and do nothing twice when two of them stand still for longer than their leases, 3 times', async () => {
    const random = randomFrom(2)
    const load = startLoad(cluster)

    for (let rounds = 0; rounds < 3; rounds += 1) {
      const stopped = cluster.workers.toSpliced(between(random, 0, 2), 1)
      for (const worker of stopped) {
        await untilHeld(cluster, worker, 4)
        worker.pause()
      }
      for (const worker of stopped) await untilTakenOver(cluster, worker)
      for (const worker of stopped) worker.resume()
    }
    await load.stop()
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
  })

  it('hold up nobody for long when one of them stands still in the middle of a change to a job of 12 videos', async () => {
    const jobId = await cluster.submit(cluster.servers[0]!, { videos: cluster.videos(12) })
    await untilHeld(cluster, cluster.workers[0]!, 1)
    const unlock = await cluster.witness.lockJob(jobId)
    const stopped = await firstInLine()
    const began = performance.now()
    stopped.pause()
    // Now the lock is its own, and it does not know.
    await unlock()
    await cluster.settled()
    const tookMs = performance.now() - began
    stopped.resume()

    expect(await cluster.violations()).toEqual([])
    expect(tookMs).toBeLessThan(20_000)
  })

  it('refuse the results of 4 videos that arrive from a worker after it was cut off and others have taken them over', async () => {
    const others = [...cluster.workers]
    await Promise.all(others.map((worker) => worker.stop()))
    const relay = await startRelay(cluster.postgres.url)
    const late = cluster.addWorker('late', { DATABASE_URL: namedUrl(relay.url, 'late') })
    await late.start()
    const asked = cluster.youtube.requests.length
    const jobId = await cluster.submit(cluster.servers[0]!, { videos: cluster.videos(4) })
    // The last of the requests that a video needs: what is missing is only the answer.
    const textsAsked = (): number => cluster.youtube.requests.slice(asked).filter(isForText).length
    await eventually(() => textsAsked() === 4, { what: 'YouTube is asked for 4 texts', withinMs: PATIENCE_MS })

    relay.hold()
    await Promise.all(others.map((worker) => worker.start()))
    await untilAttempt(cluster, jobId, 2)
    relay.release()
    await cluster.settled()
    await late.stop()
    await relay.close()

    expect(await cluster.violations()).toEqual([])
    expect(staleIn(late.output(), jobId)).toBe(4)
    expect(
      await cluster.witness.rows('SELECT DISTINCT status, attempt FROM transcripts WHERE job_id = $1', [jobId]),
    ).toEqual([{ status: 'completed', attempt: 2 }])
  })
})

/** The worker that gets the lock of a job next: the others wait for a place behind it. */
async function firstInLine(): Promise<Member> {
  let found: Member | undefined
  await eventually(
    async () => {
      const [first] = await cluster.witness.rows<{ name: string }>(
        `SELECT application_name AS name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'transactionid'`,
      )
      found = cluster.workers.find(({ name }) => name === first?.name)
      return found !== undefined
    },
    { what: 'a worker waits for the lock of the job', withinMs: PATIENCE_MS },
  )
  return found!
}

const isForText = ({ path }: StandInRequest): boolean => path.includes('timedtext')

const crashes = (): Promise<number> => cluster.witness.number('SELECT sum(crashes) FROM transcripts')

/** Results that a worker was told came too late. */
const staleIn = (output: string, jobId: string): number =>
  output.split('\n').filter((line) => line.includes('transcript.stale') && line.includes(jobId)).length
