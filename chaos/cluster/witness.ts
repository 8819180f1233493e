// What really happened: the rows and the journal of the database, read past the engine.
import pg from 'pg'
import { POSTGRES_WITNESS, READ_POSTGRES_WITNESS } from '../witness-of-postgres.mjs'

export interface Witness {
  /** Asks the database, again and again while it is away. */
  rows<Row extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** The one number that a query answers. */
  number(sql: string, values?: readonly unknown[]): Promise<number>
  /** Everything that the triggers have written, in its order. */
  journal(): Promise<readonly JournalEntry[]>
  /** Locks the row of a job, so that whoever ends one of its videos has to wait. @returns what lets go of it. */
  lockJob(jobId: string): Promise<() => Promise<void>>
  close(): Promise<void>
}

export interface JournalEntry {
  readonly at: Date
  /** Who wrote it: the process as it names itself to the database. */
  readonly writer: string
  readonly entity: 'job' | 'transcript' | 'delivery'
  readonly id: string
  readonly job_id: string
  readonly old_status: string | null
  readonly new_status: string
  readonly old_attempt: number | null
  readonly new_attempt: number | null
  /** Who had claimed it before and after, by the id of the worker. */
  readonly old_worker: string | null
  readonly new_worker: string | null
}

/** As the witness names itself to the database, where it must not be taken for one of the engine's. */
const WITNESS_NAME = 'witness'

/** @param url - Of a database that has its schema already. */
export async function openWitness(url: string): Promise<Witness> {
  const pool = new pg.Pool({ connectionString: url, application_name: WITNESS_NAME, max: 4 })
  // Restarts end its connections as well; the next question makes new ones.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  await pool.query(POSTGRES_WITNESS)

  async function rows<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) {
    const giveUpAt = performance.now() + AWAY_MS
    for (;;) {
      try {
        return (await pool.query<Row>(sql, [...values])).rows
      } catch (error) {
        if (!isAway(error) || performance.now() > giveUpAt) throw error
      }
    }
  }

  return {
    rows,
    async number(sql, values) {
      const [row = {}] = await rows<Record<string, unknown>>(sql, values)
      return Number(Object.values(row)[0])
    },
    journal: () => rows<JournalEntry & pg.QueryResultRow>(READ_POSTGRES_WITNESS),
    async lockJob(jobId) {
      const client = await pool.connect()
      await client.query('BEGIN')
      await client.query('SELECT id FROM jobs WHERE id = $1 FOR UPDATE', [jobId])
      return async () => {
        await client.query('ROLLBACK')
        client.release()
      }
    },
    close: () => pool.end(),
  }
}

/** A server that recovers from a crash on a busy machine takes its time. */
const AWAY_MS = 120_000

/** The server is not there, or not yet. https://www.postgresql.org/docs/current/errcodes-appendix.html (classes 08 and 57P) */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return /^(08|57P|ECONN|EPIPE)/.test(code) || /^(Connection terminated|timeout)/.test(error.message)
}
