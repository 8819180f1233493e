// Pools of our own: they do not wait for ever for a server that has stopped answering.
import { Socket } from 'node:net'
import { systemClock, type Clock } from '@ytscriptify/core'
import { Pool } from 'pg'
import { guarded, type PostgresPool } from './postgres-pool.ts'

export interface PoolOptions {
  readonly connectionString: string
  /** Connections at most. */
  readonly max: number
}

/**
 * How long a statement may take, in milliseconds: ours take some, and one that does not end is waiting for somebody who will
 * not come. The server ends it first, and the client a moment later, where the server cannot be heard any more.
 */
const STATEMENT_MS = 30_000
const UNHEARD_MS = 35_000

/**
 * How long a transaction may wait for its next statement, in milliseconds: ours follow one another at once, within 0.4 s at most for
 * jobs of 5,000 videos with their texts. A process that stands still in the middle of one keeps its connection and its
 * locks, and everybody who settles or cancels the same job waits for it. The server counts while it reads the text of a statement,
 * and not while it reads its parameters: those may take long on a slow line.
 */
const STANDSTILL_MS = 2_000

/** How long a server is given to take leave of the connections of a pool that is ended, in milliseconds. */
const LEAVE_MS = 2_000

/** Its end is an end, also where nobody takes leave of its connections: node-postgres would wait for that. */
export function openPool({ connectionString, max }: PoolOptions, clock: Clock = systemClock): PostgresPool {
  const sockets = new Set<Socket>()
  const pool = guarded(
    new Pool({
      connectionString,
      max,
      application_name: 'ytscriptify',
      // Ours, so that they can be closed.
      stream: () => openSocket(sockets),
      // A server that is away is told of soon; who waits for a free connection gets the same time.
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      statement_timeout: STATEMENT_MS,
      query_timeout: UNHEARD_MS,
      idle_in_transaction_session_timeout: STANDSTILL_MS,
      pipeline: true,
    }),
  )
  const { end } = pool
  return Object.assign(pool, {
    async end() {
      const over = new AbortController()
      const late = clock.sleep(LEAVE_MS, over.signal).catch(() => undefined) // It has taken leave.
      await Promise.race([Reflect.apply(end, pool, []), late])
      over.abort()
      for (const socket of sockets) socket.destroy()
    },
  })
}

function openSocket(sockets: Set<Socket>): Socket {
  const socket = new Socket()
  sockets.add(socket)
  return socket.once('close', () => sockets.delete(socket))
}

/** For migrations, which may take as long as they need. */
export const openPatientPool = (connectionString: string): PostgresPool =>
  guarded(
    new Pool({ connectionString, max: 1, application_name: 'ytscriptify migrate', connectionTimeoutMillis: 10_000 }),
  )
