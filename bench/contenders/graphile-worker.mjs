// graphile-worker, with the settings that its documentation has for high throughput.
// https://worker.graphile.org/docs/performance
import { randomUUID } from 'node:crypto'
import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { checkRows, createRows, inTransaction, insertRows, openPool, videoTask, withClient } from './video-rows.mjs'

const TASK = 'video'
const logger = new Logger(() => (level, message) => {
  if (level === 'error') console.error(message)
})

export const graphileWorker = {
  async prepare({ databaseUrl }) {
    await createRows(databaseUrl)
    const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger })
    await utils.migrate()
    await utils.release()
  },

  async open({ databaseUrl, latencyMs, slots }, { onStart, onDone }) {
    const pool = openPool(databaseUrl)
    pool.on('error', (error) => console.error(error.message))
    pool.on('connect', (client) => client.on('error', (error) => console.error(error.message)))
    const task = videoTask({ pool, latencyMs, onStart, onDone })
    let runner
    return {
      submit: (urls) =>
        inTransaction(pool, async (client) => {
          const ids = await insertRows(client, randomUUID(), urls)
          await client.query(ADD_TASKS, [JSON.stringify(ids.map((id, index) => ({ id, url: urls[index] })))])
        }),
      async work() {
        runner = await run({
          pgPool: pool,
          concurrency: slots,
          noHandleSignals: true,
          logger,
          taskList: { [TASK]: task },
          preset: {
            worker: { localQueue: { size: 2 * slots }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
          },
        })
      },
      async close() {
        await runner?.stop()
        await pool.end()
      },
    }
  },

  async check({ databaseUrl }, { videos }) {
    const unfinished = await withClient(databaseUrl, async (client) => {
      const { rows } = await client.query('select count(*)::int as count from graphile_worker._private_jobs')
      return rows[0].count
    })
    return checkRows(databaseUrl, { videos, unfinished })
  },
}

/** All tasks of a job by one call, as `addJobs` makes it, but in the transaction of their rows. */
const ADD_TASKS = `select count(*) from graphile_worker.add_jobs(array(
  select json_populate_record(null::graphile_worker.job_spec, json_build_object('identifier', '${TASK}', 'payload', payload))
  from json_array_elements($1::json) as payload
))`
