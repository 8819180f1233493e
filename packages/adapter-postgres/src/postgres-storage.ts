// The storage in a PostgreSQL database.
import { Kysely } from 'kysely'
import type { TranscriptionStorage } from '@ytscriptify/core'
import { namespacePlugin, sqlStorage, type Database, type Namespace, type Tables } from '@ytscriptify/storage-sql'
import { labelOf, labelOfPool } from './label.ts'
import { clientDialect, poolDialect } from './postgres-dialect.ts'
import { openPatientPool, openPool } from './own-pool.ts'
import { checkConnectionString, guarded, type PostgresClient, type PostgresPool } from './postgres-pool.ts'
import { postgresTraits } from './postgres-traits.ts'
import { savepointTraits } from './savepoint-traits.ts'

/** How the database is reached. */
export type PostgresConnection =
  | {
      /** `postgresql://user:password@host:5432/database`, as node-postgres reads it. */
      readonly connectionString: string
      /** How many connections are kept at most. @default 10 */
      readonly max?: number
    }
  | {
      /** A pool of node-postgres that the host has made. It is not ended with the storage. */
      readonly pool: PostgresPool
    }
  | {
      /**
       * A Kysely of the host on PostgreSQL, whatever its tables are called. It is not destroyed with the storage.
       *
       * The storage cannot see the pool behind it, so the host guards that itself: unless it listens to `error` of the pool **and**
       * of each client (`pool.on('connect', (client) => client.on('error', …))`), a connection that dies ends the process.
       * https://node-postgres.com/apis/pool#error Give `pool` instead, and the storage does it.
       */
      readonly db: AnyKysely
    }

/** Ours has our tables; the host's has theirs. Which they are makes no difference to what we do. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Kysely is invariant in its tables: only `any` takes every one.
type AnyKysely = Kysely<any>

export type PostgresStorageOptions = PostgresConnection &
  Namespace & {
    /**
     * Whether the schema is created and brought up to date at the first use. Otherwise one that is not of this version is refused.
     * @default true. Turn it off where {@link migrationsSql} is applied by somebody else, so that this user needs no right to create tables.
     */
    readonly migrate?: boolean
    /**
     * Milliseconds that the clock of the database is moved on, read anew each time. For tests of what takes long:
     * with it a lease runs out without a wait. @default 0
     */
    readonly clockOffsetMs?: () => number
  }

export type TransactionStorageOptions = Namespace

/**
 * Keeps jobs and transcripts in a PostgreSQL database (14 or newer), for any number of processes on any number of machines.
 * What was acknowledged has been committed.
 *
 * Nothing is opened before the first use, or `ready()`. A connection that dies never ends the process, except on a `db` whose pool
 * the host does not guard.
 *
 * @throws {TranscriptionError} `invalid_input` when the connection string cannot be read, or schema or prefix is no plain name.
 */
export function postgresStorage(options: PostgresStorageOptions): TranscriptionStorage {
  const { schema, tablePrefix, migrate, clockOffsetMs = () => 0 } = options
  const namespace = namespaceOf({ schema, tablePrefix })
  const { db, label, close, patiently } = open(options, namespace)
  return sqlStorage({
    ...namespace,
    db,
    traits: postgresTraits({ ...namespace, label, clockOffsetMs, patiently }),
    close,
    ...(migrate !== undefined && { migrate }),
  })
}

/**
 * A storage inside a transaction of the host: a job that is submitted on it is there if the transaction commits, and never
 * was if it does not. For a service that only submits and reads. No hint is sent before the commit, so that the reconciler of a
 * worker takes the job up, within 3 s; push one to a queue after the commit where that is too late.
 *
 * What fails is rolled back to where it began, so that the transaction is still the host's to commit. The schema has to be there.
 * Closing the storage does nothing to the transaction; do not use it after its end.
 *
 * The connection stays the host's to guard: unless the host listens to `error` of its pool and of the client, a connection that dies
 * ends the process. https://node-postgres.com/apis/client#error
 *
 * @param transaction - A transaction of Kysely, or a client of node-postgres on which one was begun.
 * @throws {TranscriptionError} `invalid_input` when schema or prefix is no plain name.
 */
postgresStorage.fromTransaction = (
  transaction: AnyKysely | PostgresClient,
  options: TransactionStorageOptions = {},
): TranscriptionStorage => {
  const namespace = namespaceOf(options)
  const label = 'The database of the given transaction'
  const given = isKysely(transaction) ? transaction : new Kysely<Tables>({ dialect: clientDialect(transaction) })
  const db = asOurs(given)
  const patiently = (): never => {
    throw new Error('A transaction of the host migrates nothing.')
  }
  const traits = postgresTraits({ ...namespace, label, clockOffsetMs: () => 0, patiently })
  return sqlStorage({
    ...namespace,
    db,
    traits: savepointTraits(traits),
    migrate: false,
    close: () => Promise.resolve(),
  })
}

/** Not by its class: a host may have a copy of Kysely of its own. */
const isKysely = (transaction: AnyKysely | PostgresClient): transaction is AnyKysely => 'withoutPlugins' in transaction

/** Without the plugins of the host, which rename columns, or read results in their own way. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-return -- Its tables are any; ours are among them, or will be.
const asOurs = (given: AnyKysely): Database => given.withoutPlugins()

/** Without the names that are not given. */
const namespaceOf = ({
  schema,
  tablePrefix,
}: {
  readonly schema?: string | undefined
  readonly tablePrefix?: string | undefined
}): Namespace => ({ ...(schema !== undefined && { schema }), ...(tablePrefix !== undefined && { tablePrefix }) })

type Patiently = <T>(db: Database, migrate: (db: Database) => Promise<T>) => Promise<T>

interface Opened {
  readonly db: Kysely<Tables>
  readonly label: string
  readonly close: () => Promise<void>
  readonly patiently: Patiently
}

function open(options: PostgresConnection, namespace: Namespace): Opened {
  if ('connectionString' in options) return openOwn(options, namespace)
  const nothing = (): Promise<void> => Promise.resolve()
  const asItIs: Patiently = (db, migrate) => migrate(db)
  if ('db' in options) return { db: asOurs(options.db), label: 'The given database', close: nothing, patiently: asItIs }
  const db = new Kysely<Tables>({ dialect: poolDialect(guarded(options.pool)) })
  return { db, label: labelOfPool(options.pool.options), close: nothing, patiently: asItIs }
}

function openOwn(
  { connectionString, max = 10 }: Extract<PostgresConnection, { connectionString: string }>,
  namespace: Namespace,
): Opened {
  checkConnectionString(connectionString)
  const db = new Kysely<Tables>({ dialect: poolDialect(openPool({ connectionString, max })) })
  return {
    db,
    label: labelOf(connectionString),
    close: () => db.destroy(),
    async patiently(_db, migrate) {
      const plugins = [namespacePlugin(namespace)].filter((plugin) => plugin !== undefined)
      const patient = new Kysely<Tables>({ dialect: poolDialect(openPatientPool(connectionString)), plugins })
      try {
        return await migrate(patient)
      } finally {
        await patient.destroy()
      }
    },
  }
}
