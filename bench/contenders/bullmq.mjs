// BullMQ, and rows in PostgreSQL beside it.
import { randomUUID } from 'node:crypto'
import { Queue, Worker } from 'bullmq'
import { checkRows, createRows, insertRows, openPool, videoTask } from './video-rows.mjs'

const NAME = 'videos'

export const bullmq = {
  prepare: ({ databaseUrl }) => createRows(databaseUrl),

  async open({ databaseUrl, redisUrl, latencyMs, slots }, { onStart, onDone }) {
    const pool = openPool(databaseUrl)
    const queue = new Queue(NAME, { connection: { url: redisUrl }, defaultJobOptions: { removeOnComplete: true } })
    await queue.waitUntilReady()
    const task = videoTask({ pool, latencyMs, onStart, onDone })
    let worker
    return {
      async submit(urls) {
        const ids = await insertRows(pool, randomUUID(), urls)
        await queue.addBulk(ids.map((id, index) => ({ name: 'video', data: { id, url: urls[index] } })))
      },
      async work() {
        worker = new Worker(NAME, ({ data }) => task(data), { connection: { url: redisUrl }, concurrency: slots })
        worker.on('error', (error) => console.error(error.message))
        await worker.waitUntilReady()
      },
      async close() {
        await worker?.close()
        await queue.close()
        await pool.end()
      },
    }
  },

  async check({ databaseUrl, redisUrl }, { videos }) {
    const queue = new Queue(NAME, { connection: { url: redisUrl } })
    const counts = Object.values(await queue.getJobCounts())
    await queue.close()
    return checkRows(databaseUrl, { videos, unfinished: counts.reduce((sum, count) => sum + count, 0) })
  },
}
