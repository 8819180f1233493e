// When videos were claimed, by the witness's journal.
import { eventually } from '@ytscriptify/core/testing'
import { PATIENCE_MS, type Cluster } from './cluster.ts'

/** Resolves when every video of the job has begun this attempt. */
export async function untilAttempt(cluster: Cluster, jobId: string, attempt: number): Promise<void> {
  const missing = (): Promise<number> =>
    cluster.witness.number('SELECT count(*) FROM transcripts WHERE job_id = $1 AND attempt < $2', [jobId, attempt])
  await eventually(async () => (await missing()) === 0, {
    what: `attempt ${attempt} of all videos has begun`,
    withinMs: PATIENCE_MS,
  })
}

/** Milliseconds between the insert of the job and the first claim of one of its videos, as soon as there is one. */
async function claimDelay(cluster: Cluster, jobId: string): Promise<number> {
  await untilAttempt(cluster, jobId, 1)
  return cluster.witness.number(
    `SELECT extract(epoch FROM min(at) FILTER (WHERE entity = 'transcript') - min(at)) * 1000
       FROM chaos.witness WHERE job_id = $1`,
    [jobId],
  )
}

/** Resolves when hints reach workers again: five jobs in a row are claimed sooner than anybody would look by himself. */
export async function untilHintsArrive(cluster: Cluster): Promise<void> {
  const server = cluster.servers[0]
  if (!server) throw new Error('There is no server to ask.')
  let inARow = 0
  await eventually(
    async () => {
      const delay = await claimDelay(cluster, await cluster.submit(server, { videos: cluster.videos(1) }))
      inARow = delay < HINTED_WITHIN_MS ? inARow + 1 : 0
      return inARow === 5
    },
    { what: `5 jobs in a row are claimed within ${HINTED_WITHIN_MS} ms`, withinMs: PATIENCE_MS },
  )
}

/** Each of three workers looks by itself every 3 s, so one in two or three jobs is found within this by chance. */
const HINTED_WITHIN_MS = 400
