// What we use of node-postgres: pools and clients, of our own or of the host.
import { Client } from 'pg'
import { TranscriptionError } from '@ytscriptify/core'
import type { PoolTarget } from './label.ts'
import { URL_HINT } from './postgres-errors.ts'

/** A pool of connections; `Pool` of node-postgres is one. */
export interface PostgresPool {
  /** What it was made with: where it connects to is named in messages, without user and password. */
  readonly options?: PoolTarget
  connect(): Promise<PostgresClient>
  end(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'connect' | 'acquire', listener: (client: PostgresClient) => void): unknown
}

/** A connection; `PoolClient` and `Client` of node-postgres are some. */
export interface PostgresClient {
  /** Whether it sends statements without waiting for the answers to those before. */
  readonly pipeline?: boolean
  query(text: string, values?: unknown[]): Promise<PostgresResult>
  /** Gives a client back to its pool; with `true` its connection is closed. */
  release?(destroy?: Error | boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'notification', listener: (message: { payload?: string | undefined }) => void): unknown
}

export interface PostgresResult {
  readonly command: string
  readonly rowCount: number | null
  readonly rows: unknown[]
}

/** @throws {TranscriptionError} `invalid_input` for one that is empty, or that node-postgres cannot read. */
export function checkConnectionString(connectionString: string): void {
  if (connectionString.trim() === '')
    throw new TranscriptionError('invalid_input', 'The connection string for PostgreSQL is empty.', { hint: URL_HINT })
  try {
    // It reads it, and connects to nothing yet.
    new Client({ connectionString })
  } catch (cause) {
    // node-postgres takes the text out of the error itself, so that the password is in neither of them.
    throw new TranscriptionError('invalid_input', 'The connection string for PostgreSQL cannot be read.', {
      hint: URL_HINT,
      cause,
    })
  }
}

/**
 * Hears the errors of a pool and of its clients. A connection that breaks while a client is out of its pool is an `error` of the
 * client, and one that nobody hears ends the process: https://node-postgres.com/apis/client#error. There is nothing else to do
 * about them: the statement that was under way rejects, and the pool throws the client away.
 *
 * Clients that the pool had before are heard from their next use on.
 */
export function guarded(pool: PostgresPool): PostgresPool {
  if (guardedPools.has(pool)) return pool
  guardedPools.add(pool)
  pool.on('error', ignore)
  const heard = new WeakSet<PostgresClient>()
  const hear = (client: PostgresClient): void => {
    if (heard.has(client)) return
    heard.add(client)
    client.on('error', ignore)
  }
  pool.on('connect', hear)
  pool.on('acquire', hear)
  return pool
}

/** Several storages may share a pool of the host. */
const guardedPools = new WeakSet<PostgresPool>()

const ignore = (): void => undefined
