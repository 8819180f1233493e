// Which videos a worker holds, as the database knows it.
import { eventually } from '@ytscriptify/core/testing'
import { PATIENCE_MS, type Cluster } from './cluster.ts'
import type { Member } from './member.ts'

/** Resolves when the worker holds so many videos. */
export async function untilHeld(cluster: Cluster, worker: Member, videos: number): Promise<void> {
  await eventually(async () => (await heldBy(cluster, worker)) >= videos, {
    what: `${worker.name} holds ${videos} videos`,
    withinMs: PATIENCE_MS,
  })
}

/** Resolves when everything that the worker held has been taken away from it. */
export async function untilTakenOver(cluster: Cluster, worker: Member): Promise<void> {
  await eventually(async () => (await heldBy(cluster, worker)) === 0, {
    what: `what ${worker.name} held is taken over`,
    withinMs: PATIENCE_MS,
  })
}

const heldBy = (cluster: Cluster, worker: Member): Promise<number> =>
  cluster.witness.number(
    `SELECT count(*) FROM transcripts WHERE status = 'processing'
       AND claimed_by = (SELECT id FROM workers WHERE name = $1 ORDER BY started_at DESC LIMIT 1)`,
    [worker.name],
  )
