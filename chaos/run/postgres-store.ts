// A run on a PostgreSQL and a Redis of its own.
import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres } from '@ytscriptify/test-servers'
import { openWitness, type Witness } from '../cluster/witness.ts'
import { startRunRedis } from './run-redis.ts'
import type { DatabaseServer, Store } from './store.ts'

export async function openPostgresStore(): Promise<Store> {
  const [postgres, redis] = await Promise.all([startPostgres({ fsync: true }), startRunRedis()])
  let opened: Witness | undefined
  const witness = (): Witness => {
    if (!opened) throw new Error('Nobody is watching yet.')
    return opened
  }
  return {
    databaseUrl: postgres.url,
    redis,
    server: databaseServer(postgres, witness),
    async watch() {
      opened = await openWitness(postgres.url)
    },
    rows: <Row>(sql: string, values: readonly string[] = []) =>
      witness().rows(sql, values) as unknown as Promise<readonly Row[]>,
    witnessed: async () => (await witness().journal()).map((row) => ({ ...row, at: row.at.getTime() })),
    async close() {
      await opened?.close()
      await Promise.all([postgres.stop(), redis.close()])
    },
  }
}

function databaseServer(postgres: Awaited<ReturnType<typeof startPostgres>>, witness: () => Witness): DatabaseServer {
  let known = 0
  return {
    async crash({ awayMs }) {
      await postgres.pause('immediate')
      await delay(awayMs)
      await postgres.resume()
    },
    endConnections: (count) => witness().number(END_CONNECTIONS, [count]),
    async newDeadlocks() {
      const now = await witness().number(DEADLOCKS)
      // A server that has crashed counts from zero.
      const more = now < known ? now : now - known
      known = now
      return more
    },
  }
}

const END_CONNECTIONS = `
  SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND application_name <> 'witness' ORDER BY random() LIMIT $1
  ) ended`

const DEADLOCKS = 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'
