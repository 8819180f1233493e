// The older service's database in PostgreSQL.
import pg from 'pg'
import { TranscriptionError, isTranscriptionError } from '@ytscriptify/core'
import { PAGE, type OldDatabase } from './old-database.ts'
import { count, oldJob, oldPlace, oldTranscript } from './old-rows.ts'
import { OUR_TABLE, checkOldSchema, selectionOf, type OldColumns } from './old-schema.ts'

/**
 * Connects, and reads everything as it stood at this moment, in one transaction that may not write.
 *
 * @throws {TranscriptionError} `storage_unavailable`, `storage_incompatible`
 */
export async function openOldPostgres({
  connectionString,
  label,
}: {
  readonly connectionString: string
  readonly label: string
}): Promise<OldDatabase> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  // A connection that breaks while nobody asks says so here; whoever asks next is told. Without a listener the process ends.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('begin transaction isolation level repeatable read read only')
    // Times without a zone are written as they are, and those with one in UTC, whatever the server and this machine think.
    await client.query("set local timezone to 'UTC'; set local datestyle to 'ISO'")
    const columns: OldColumns = { jobs: await columnsOf('jobs'), transcripts: await columnsOf('transcripts') }
    checkOldSchema(columns, { label, isOurs: (await columnsOf(OUR_TABLE)).size > 0 })
    return databaseOn(columns)
  } catch (error) {
    await client.end().catch(() => undefined) // What went wrong is told already.
    throw errorOf(error)
  }

  /** In the schemas that an unqualified name is looked for in. */
  async function columnsOf(table: string): Promise<ReadonlySet<string>> {
    const { rows } = await client.query<{ name: string }>(
      'select attname as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
      [table],
    )
    return new Set(rows.map(({ name }) => name))
  }

  function databaseOn(columns: OldColumns): OldDatabase {
    const jobColumns = selectionOf('jobs', columns.jobs, asText)
    const transcriptColumns = selectionOf('transcripts', columns.transcripts, asText)

    return {
      label,

      async count() {
        const [row] = await rowsOf(`
          select count(*) as jobs, count(*) - count(nullif(id::text, '')) as nameless,
            (select count(*) from transcripts) as transcripts
          from jobs
        `)
        return {
          jobs: count(row?.['jobs']),
          namelessJobs: count(row?.['nameless']),
          transcripts: count(row?.['transcripts']),
        }
      },

      async *jobs() {
        const query = `select ${jobColumns} from jobs where id::text <> '' order by id::text collate "C"`
        for await (const row of cursorOver('old_jobs', query)) yield oldJob(row)
      },

      async *places() {
        const query = `
          select coalesce(job_id::text, '') as job_id, id from transcripts
          order by coalesce(job_id::text, '') collate "C", id
        `
        for await (const row of cursorOver('old_places', query)) yield oldPlace(row)
      },

      async transcripts(ids) {
        const query = `select id, ${transcriptColumns} from transcripts where id = any($1) order by id`
        return (await rowsOf(query, [ids])).map(oldTranscript)
      },

      close: () => client.end(),
    }
  }

  /** The server sorts once, and keeps its place. */
  async function* cursorOver(name: string, query: string): AsyncGenerator<Record<string, unknown>> {
    await rowsOf(`declare ${name} no scroll cursor for ${query}`)
    for (;;) {
      const rows = await rowsOf(`fetch ${PAGE} from ${name}`)
      yield* rows
      if (rows.length < PAGE) break
    }
    await rowsOf(`close ${name}`)
  }

  async function rowsOf(query: string, parameters?: unknown[]): Promise<Record<string, unknown>[]> {
    try {
      return (await client.query<Record<string, unknown>>(query, parameters)).rows
    } catch (error) {
      throw errorOf(error)
    }
  }

  function errorOf(error: unknown): unknown {
    if (isTranscriptionError(error)) return error
    // Of several addresses of one host each has refused, and the error has no message of its own.
    const reason = error instanceof AggregateError ? String(error.errors[0]) : String(error)
    const why = reason.replace(/^(?:[a-z]*Error): /i, '')
    return new TranscriptionError('storage_unavailable', `${label} cannot be read: ${why}.`, {
      hint: 'Check the address, the user and the password of the older database, and that its server runs.',
      cause: error,
    })
  }
}

const asText = (column: string): string => `"${column}"::text`
