// pg-boss. Its own `work()` begins a batch every 0.5 s at most, for each poller; so that it is not measured by that, its pollers
// here go on at once while there is work, by its `fetch` and `complete`.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import PgBoss from 'pg-boss'
import { checkRows, createRows, inTransaction, insertRows, openPool, videoTask, withClient } from './video-rows.mjs'

const NAME = 'videos'
const BATCH = 10
/** The shortest that its `work()` allows. */
const POLL_MS = 500

export const pgBoss = {
  async prepare({ databaseUrl }) {
    await createRows(databaseUrl)
    const boss = await start(databaseUrl)
    await boss.createQueue(NAME)
    await stop(boss)
  },

  async open({ databaseUrl, latencyMs, slots }, { onStart, onDone }) {
    const pool = openPool(databaseUrl)
    const boss = await start(databaseUrl)
    const task = videoTask({ pool, latencyMs, onStart, onDone })
    const closing = new AbortController()
    let pollers = []
    return {
      submit: (urls) =>
        inTransaction(pool, async (client) => {
          const ids = await insertRows(client, randomUUID(), urls)
          const db = { executeSql: (text, values) => client.query(text, values) }
          await boss.insert(
            ids.map((id, index) => ({ name: NAME, data: { id, url: urls[index] } })),
            { db },
          )
        }),
      work() {
        pollers = Array.from({ length: Math.ceil(slots / BATCH) }, () => poll(boss, task, closing.signal))
      },
      async close() {
        closing.abort()
        await Promise.all(pollers)
        await stop(boss)
        await pool.end()
      },
    }
  },

  async check({ databaseUrl }, { videos }) {
    const unfinished = await withClient(databaseUrl, async (client) => {
      const { rows } = await client.query(
        `select count(*)::int as count from pgboss.job where name = $1 and state <> 'completed'`,
        [NAME],
      )
      return rows[0].count
    })
    return checkRows(databaseUrl, { videos, unfinished })
  },
}

async function start(connectionString) {
  const boss = new PgBoss({ connectionString, max: 10 })
  boss.on('error', (error) => console.error(error.message))
  await boss.start()
  return boss
}

const stop = (boss) => boss.stop({ graceful: false, close: true, wait: true })

async function poll(boss, task, signal) {
  while (!signal.aborted) {
    const tasks = await boss.fetch(NAME, { batchSize: BATCH, priority: false })
    if (tasks.length === 0) {
      await delay(POLL_MS, undefined, { signal }).catch(unlessAborted(signal))
      continue
    }
    await Promise.all(tasks.map(({ data }) => task(data)))
    await boss.complete(
      NAME,
      tasks.map(({ id }) => id),
    )
  }
}

const unlessAborted = (signal) => (error) => {
  if (!signal.aborted) throw error
}
