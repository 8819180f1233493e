// Servers that die between two steps, that are replaced under load, and that count as one.
import { eventually } from '@ytscriptify/core/testing'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PATIENCE_MS, startCluster, type Cluster } from '../cluster/cluster.ts'
import { startLoad } from '../cluster/load.ts'

let cluster: Cluster
let redis: Redis

beforeAll(async () => {
  cluster = await startCluster({ workers: 2, youtubeLatencyMs: 150 })
  // One that does not wait for what it has begun, but gives it back.
  await cluster.addWorker('worker3', { DRAIN_TIMEOUT: '0' }).start()
  redis = new Redis(cluster.redis.url)
}, PATIENCE_MS)

afterAll(async () => {
  redis?.disconnect()
  await cluster?.close()
})

describe('two servers and three workers', { timeout: 2 * PATIENCE_MS }, () => {
  it('run each of 4 jobs whose server was killed when it was stored and nobody had been told', async () => {
    for (let round = 0; round < 4; round += 1) {
      const server = cluster.servers[round % 2]!
      const before = await jobs()
      // What changes Redis waits there, and is dropped with the connection that it came by.
      await redis.call('CLIENT', 'PAUSE', '60000', 'WRITE')
      const answer = cluster
        .trySubmit(server, { videos: cluster.videos(2), callbackUrl: cluster.receiver.url })
        .catch(() => 'unheard')
      await eventually(async () => (await jobs()) > before, { what: 'the job is stored' })
      await server.kill()
      await answer
      await redis.call('CLIENT', 'KILL', 'TYPE', 'normal')
      await redis.call('CLIENT', 'UNPAUSE')
      await server.start()
    }
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    expect(await jobs()).toBe(4)
  })

  it('are stopped and started again one by one under load: no request is lost, and no failure or crash is counted', async () => {
    const before = await jobs()
    const load = startLoad(cluster, { callers: 4 })

    const codes: (number | null)[] = []
    for (const member of [...cluster.workers, ...cluster.servers]) {
      await cluster.progress(5)
      codes.push(await member.stop())
      await cluster.progress(5)
      await member.start()
    }
    await load.stop()
    await cluster.settled()

    expect(codes).toEqual([0, 0, 0, 0, 0])
    expect(await cluster.violations()).toEqual([])
    expect(load.answers().filter(({ status }) => status !== 202)).toEqual([])
    expect(await jobs()).toBe(before + load.answers().length)
    expect(await cluster.witness.rows(COUNTED)).toEqual([{ failures: 0, crashes: 0, undelivered: 0 }])
  })

  it('let exactly 100 of 500 parallel submissions pass where 100 an hour are allowed', async () => {
    const settings = { API_KEYS: 'limited=Jm2Xr8KtVq5Bz1NhPw7Ys4Gd9Lc3Fe6U', REQUEST_LIMIT: '100/hour' }
    const servers = [cluster.addServer('limited1', settings), cluster.addServer('limited2', settings)]
    await Promise.all(servers.map((server) => server.start()))
    // Somebody else has asked before: a server connects to Redis when it counts for the first time, and what comes meanwhile
    // is let through rather than kept waiting.
    for (const server of servers) await cluster.submit(server, { videos: cluster.videos(1) })

    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        cluster.trySubmit(servers[index % 2]!, { videos: cluster.videos(1), key: 'Jm2Xr8KtVq5Bz1NhPw7Ys4Gd9Lc3Fe6U' }),
      ),
    )
    await cluster.settled()

    expect(answers.filter(({ status }) => status === 202)).toHaveLength(100)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(400)
    expect(await cluster.violations()).toEqual([])
  })
})

/** What counts against videos and callbacks. */
const COUNTED = `
  SELECT sum(failures)::int AS failures, sum(crashes)::int AS crashes,
         (SELECT sum(failures)::int FROM deliveries) AS undelivered
  FROM transcripts`

const jobs = (): Promise<number> => cluster.witness.number('SELECT count(*) FROM jobs')
