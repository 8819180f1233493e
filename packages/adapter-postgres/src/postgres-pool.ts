// What we use of node-postgres: pools and clients, of our own or of the host.
import { Client, Pool } from 'pg'
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
 * How long a transaction may wait for its next statement, in milliseconds: ours follow one another at once. A process that stands
 * still in the middle of one keeps its connection and its locks, and everybody who needs the same job waits for it, cancellations
 * and whoever takes over its work among them.
 */
const STANDSTILL_MS = 5_000

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

export const openPool = ({ connectionString, max }: PoolOptions): PostgresPool =>
  guarded(
    new Pool({
      connectionString,
      max,
      application_name: 'ytscriptify',
      // A server that is away is told of soon; who waits for a free connection gets the same time.
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      statement_timeout: STATEMENT_MS,
      query_timeout: UNHEARD_MS,
      idle_in_transaction_session_timeout: STANDSTILL_MS,
    }),
  )

/** For migrations, which may take as long as they need. */
export const openPatientPool = (connectionString: string): PostgresPool =>
  guarded(
    new Pool({ connectionString, max: 1, application_name: 'ytscriptify migrate', connectionTimeoutMillis: 10_000 }),
  )

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
