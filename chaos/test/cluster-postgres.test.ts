// PostgreSQL ends connections, and crashes, under servers and workers that are busy.
import { eventually } from '@ytscriptify/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../cluster/caller.ts'
import { PATIENCE_MS, startCluster, type Cluster } from '../cluster/cluster.ts'
import { startLoad } from '../cluster/load.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster()
}, PATIENCE_MS)

afterAll(() => cluster?.close())

describe('three workers and two servers', { timeout: 2 * PATIENCE_MS }, () => {
  it('live on and lose nothing when the database ends connections of theirs at random, 100 times', async () => {
    const load = startLoad(cluster)

    let ended = 0
    while (ended < 100) {
      ended += await cluster.witness.number(END_ONE_CONNECTION)
      if (ended % 10 === 0) await cluster.progress(5)
    }
    await load.stop()
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    expect(load.answers().filter(isWrong)).toEqual([])
    expect(await failures()).toBe(0)
  })

  it('do all that was answered 202 though the database crashes 3 times, and answer 503 with Retry-After meanwhile', async () => {
    const load = startLoad(cluster, { callers: 6, jobsAhead: 1_000 })

    for (let crashes = 0; crashes < 3; crashes += 1) {
      await load.accepted(8)
      await cluster.postgres.pause('immediate')
      const before = refusals(load.answers())
      await eventually(() => refusals(load.answers()) >= before + 6, {
        what: '6 submissions are refused',
        withinMs: PATIENCE_MS,
      })
      await cluster.postgres.resume()
    }
    await load.stop()
    await cluster.settled()

    expect(await cluster.violations()).toEqual([])
    expect(load.answers().filter(isWrong)).toEqual([])
    expect(await failures()).toBe(0)
  })
})

const END_ONE_CONNECTION = `
  SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND application_name <> 'witness' ORDER BY random() LIMIT 1
  ) one`

const refusals = (answers: readonly Answer[]): number => answers.filter(({ status }) => status === 503).length

/** Neither accepted nor put off until later. */
const isWrong = ({ status, headers }: Answer): boolean =>
  status !== 202 && !(status === 503 && Number(headers.get('retry-after')) > 0)

const failures = (): Promise<number> => cluster.witness.number('SELECT sum(failures) FROM transcripts')
