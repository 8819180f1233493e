// A run on a PostgreSQL and a Redis of its own.
import { postgresStorage } from '@ytscriptify/adapter-postgres'
import { bullmqQueue } from '@ytscriptify/queue-bullmq'
import { startPostgres, startRedis } from '@ytscriptify/test-servers'
import { Redis } from 'ioredis'
import pg from 'pg'
import { POSTGRES_WITNESS, READ_POSTGRES_WITNESS } from '../witness-of-postgres.mjs'

/** The storage and the queue of one process; the name of the process goes along with each of its connections. */
export function connectToPostgres(address, name) {
  const { databaseUrl, redisUrl } = JSON.parse(address)
  const url = new URL(databaseUrl)
  url.searchParams.set('application_name', name)
  return { storage: postgresStorage({ connectionString: url.href }), queue: bullmqQueue({ connection: redisUrl }) }
}

/** Servers that nobody else uses, with the schema and the witness in them. */
export async function openPostgresStore() {
  const [postgres, redis] = await Promise.all([startPostgres({ fsync: true }), startRedis()])
  const storage = postgresStorage({ connectionString: postgres.url })
  await storage.ready()
  await storage.close()
  const pool = new pg.Pool({ connectionString: postgres.url, application_name: 'witness', max: 2 })
  await pool.query(POSTGRES_WITNESS)
  const hints = new Redis(redis.url)
  const rows = async (sql) => (await pool.query(sql)).rows
  return {
    address: JSON.stringify({ databaseUrl: postgres.url, redisUrl: redis.url }),
    rows,
    witness: () => rows(READ_POSTGRES_WITNESS),
    forgetHints: () => hints.flushall(),
    async close() {
      hints.disconnect()
      await pool.end()
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}
