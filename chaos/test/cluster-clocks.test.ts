// Machines whose clocks are wrong. Leases are the database's business, so nobody's clock may end one early.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PATIENCE_MS, startCluster, type Cluster } from '../cluster/cluster.ts'

const TEN_MINUTES = 10 * 60_000
/** Another server's clock is wrong as well: what it stores is read by workers. */
const OFFSETS: Readonly<Record<string, number>> = {
  worker1: TEN_MINUTES,
  worker2: -TEN_MINUTES,
  server1: TEN_MINUTES,
  server2: -TEN_MINUTES,
}

let cluster: Cluster

beforeAll(async () => {
  // A video takes longer than a lease, so that leases live by their renewals.
  cluster = await startCluster({ youtubeLatencyMs: 1_100, clockOffsetMs: (name) => OFFSETS[name] ?? 0 })
}, PATIENCE_MS)

afterAll(() => cluster?.close())

it(
  'workers whose clocks are 10 minutes fast and slow take no video from each other: 30 videos, one attempt each',
  { timeout: PATIENCE_MS },
  async () => {
    for (const server of cluster.servers)
      for (let jobs = 0; jobs < 5; jobs += 1)
        await cluster.submit(server, { videos: cluster.videos(3), callbackUrl: cluster.receiver.url })
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    expect(await cluster.witness.rows('SELECT attempt, crashes, count(*)::int FROM transcripts GROUP BY 1, 2')).toEqual(
      [{ attempt: 1, crashes: 0, count: 30 }],
    )
    const texts = cluster.youtube.requests.filter(({ path }) => path.includes('timedtext'))
    expect(texts).toHaveLength(30)
    const claimers = new Set(
      (await cluster.witness.journal()).filter(({ new_attempt: attempt }) => attempt === 1).map(({ writer }) => writer),
    )
    expect(claimers).toEqual(new Set(['worker1', 'worker2', 'worker3']))
  },
)
