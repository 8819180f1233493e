// Kysely on one synchronous connection. Our own driver rather than Kysely's, which prepares every statement anew:
// preparing costs more than running it.
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'
import { rowsOf } from './row-mapping.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'

export interface SqliteDialectOptions {
  /** Opens the database, at its first use. Asked again where it failed. */
  readonly open: () => SqliteDatabase
  /** Frees it. */
  readonly close: (database: SqliteDatabase) => void
}

export const sqliteDialect = (options: SqliteDialectOptions): Dialect => ({
  createDriver: () => createDriver(options),
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
})

function createDriver({ open, close }: SqliteDialectOptions): Driver {
  const turns = createTurns()
  let database: SqliteDatabase | undefined
  let connection: DatabaseConnection | undefined

  return {
    async init() {
      database = open()
      connection = connectionTo(database)
    },
    async acquireConnection() {
      await turns.next()
      if (!connection) throw new Error('The driver was not initialised.')
      return connection
    },
    async releaseConnection() {
      turns.done()
    },
    async destroy() {
      if (database) close(database)
    },
    beginTransaction: refuseTransaction,
    commitTransaction: refuseTransaction,
    rollbackTransaction: refuseTransaction,
  }
}

/** Kysely can only say `begin`, which takes its write lock too late. Transactions are begun by {@link inTransaction}. */
const refuseTransaction = (): Promise<never> =>
  Promise.reject(new Error('Transactions on SQLite are begun by inTransaction().'))

function connectionTo(database: SqliteDatabase): DatabaseConnection {
  const prepared = createStatementCache(database)
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { statement, givesRows } = prepared(sql)
      if (givesRows) return { rows: rowsOf<Row>(statement.all(...parameters)) }
      const { changes } = statement.run(...parameters)
      return { rows: [], numAffectedRows: BigInt(changes) }
    },
    // eslint-disable-next-line require-yield -- Kysely asks for a generator; no query of ours streams.
    async *streamQuery(): AsyncGenerator<never> {
      throw new Error('Streaming is not supported.')
    },
  }
}

interface PreparedStatement {
  readonly statement: SqliteStatement
  readonly givesRows: boolean
}

/** Our statements differ only in the number of their rows, so that a few hundred are nearly all there are. */
const MAX_PREPARED = 256

/** Prepares each statement once. The one that was not used for the longest time makes room for a new one. */
function createStatementCache(database: SqliteDatabase): (sql: string) => PreparedStatement {
  const cache = new Map<string, PreparedStatement>()
  return (sql) => {
    const prepared = cache.get(sql) ?? prepare(sql)
    cache.delete(sql)
    cache.set(sql, prepared)
    if (cache.size > MAX_PREPARED) {
      const [oldest] = cache.keys()
      if (oldest !== undefined) cache.delete(oldest)
    }
    return prepared
  }

  function prepare(sql: string): PreparedStatement {
    const statement = database.prepare(sql)
    // A driver that says neither lets `all` run every statement.
    const givesRows = statement.reader ?? (statement.columns ? statement.columns().length > 0 : true)
    return { statement, givesRows }
  }
}

/** One after the other, in the order of asking. */
function createTurns() {
  const waiting: (() => void)[] = []
  let taken = false
  return {
    async next(): Promise<void> {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve))
      taken = true
    },
    done(): void {
      const next = waiting.shift()
      if (next) next()
      else taken = false
    },
  }
}
