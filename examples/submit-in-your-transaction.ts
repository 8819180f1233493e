// A job that is part of your own transaction: it is there if you commit, and never was if you do not.
// Run it: `DATABASE_URL=postgresql://… node submit-in-your-transaction.ts`, on a database where it may make a table.
import { postgresStorage } from '@ytscriptify/adapter-postgres'
import { createTranscriptionService } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
const source = youtubeSource()

// The worker, here in the same process. Its storage brings the schema up to date, which no transaction of yours does.
const service = createTranscriptionService({ storage: postgresStorage({ pool }), source })
await service.ready()
service.createWorker().start()
await pool.query('create table if not exists orders (id bigint generated always as identity, job_id text)')

async function order(url: string, { paid }: { paid: boolean }): Promise<string> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const within = createTranscriptionService({ storage: postgresStorage.fromTransaction(client), source })
    const { job } = await within.submit({ urls: [url] })
    await client.query('insert into orders (job_id) values ($1)', [job.id])
    await client.query(paid ? 'commit' : 'rollback')
    return job.id
  } finally {
    client.release()
  }
}

const paid = await order('https://www.youtube.com/watch?v=jNQXAC9IVRw', { paid: true })
const unpaid = await order('https://www.youtube.com/watch?v=jNQXAC9IVRw', { paid: false })

console.log(`paid: ${(await service.waitForEnd(paid)).status}`)
console.log(`unpaid: ${(await service.list()).jobs.some(({ id }) => id === unpaid) ? 'stored' : 'never was'}`)
await service.close()
await pool.end()

// Output:
// paid: completed
// unpaid: never was
