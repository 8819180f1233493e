// The older service's database in a SQLite file.
import { openSqliteReader } from '@ytscriptify/adapter-sqlite'
import { PAGE, type OldDatabase, type OldJob, type OldTranscript } from './old-database.ts'
import { OUR_TABLE, checkOldSchema, selectionOf, type OldColumns } from './old-schema.ts'
import { count, oldJob, oldPlace, oldTranscript } from './old-rows.ts'

/**
 * Opens the file for reading alone. It is read in pages, with no lock in between, so whoever still writes to it is not stopped.
 *
 * @throws {TranscriptionError} `storage_unavailable`, `storage_incompatible`
 */
export function openOldSqlite(file: string): OldDatabase {
  const reader = openSqliteReader(file)
  try {
    const columns: OldColumns = { jobs: columnsOf('jobs'), transcripts: columnsOf('transcripts') }
    checkOldSchema(columns, { label: file, isOurs: columnsOf(OUR_TABLE).size > 0 })
    return databaseOn(columns)
  } catch (error) {
    reader.close()
    throw error
  }

  function columnsOf(table: string): ReadonlySet<string> {
    return new Set(reader.all('select name from pragma_table_info(?)', table).map(({ name }) => String(name)))
  }

  function databaseOn(columns: OldColumns): OldDatabase {
    const jobColumns = selectionOf('jobs', columns.jobs, asText)
    const transcriptColumns = selectionOf('transcripts', columns.transcripts, asText)
    let areIdsSorted = false
    let arePlacesSorted = false

    return {
      label: file,

      async count() {
        const jobs = 'select count(*) as jobs, count(*) - count(nullif(id, \'\')) as "namelessJobs" from jobs'
        const [row] = reader.all(`select *, (select count(*) from transcripts) as transcripts from (${jobs})`)
        return {
          jobs: count(row?.['jobs']),
          namelessJobs: count(row?.['namelessJobs']),
          transcripts: count(row?.['transcripts']),
        }
      },

      async *jobs() {
        if (!areIdsSorted) reader.exec(SORTED_IDS)
        areIdsSorted = true
        const next = `
          select jobs.* from temp.ids join jobs on jobs.rowid = ids.row where ids.id > ? order by ids.id limit ${PAGE}`
        const page = `select ${jobColumns} from (${next}) order by ${asText('id')}`
        for (let after = ''; ;) {
          const rows: OldJob[] = reader.all(page, after).map(oldJob)
          yield* rows
          const last = rows.at(-1)
          if (!last || rows.length < PAGE) return
          after = last.id
        }
      },

      async *places() {
        if (!arePlacesSorted) reader.exec(SORTED_PLACES)
        arePlacesSorted = true
        const page = `select job_id, id from temp.places where (job_id, id) > (?, ?) order by job_id, id limit ${PAGE}`
        let after: readonly [string, number] = ['', -Number.MAX_SAFE_INTEGER]
        for (;;) {
          const rows = reader.all(page, ...after).map(oldPlace)
          yield* rows
          const last = rows.at(-1)
          if (!last || rows.length < PAGE) return
          after = [last.jobId, last.id]
        }
      },

      async transcripts(ids) {
        const places = ids.map(() => '?').join(', ')
        const rows = reader.all(
          `select id, ${transcriptColumns} from transcripts where id in (${places}) order by id`,
          ...ids,
        )
        return rows.map((row): OldTranscript => oldTranscript(row))
      },

      async close() {
        reader.close()
      },
    }
  }
}

/** Whatever its type: SQLite keeps what it was given, and a column of text may have numbers and bytes. */
const asText = (column: string): string => `cast("${column}" as text)`

/** By the text of their ids, whatever SQLite was given for them: numbers and bytes are in no order with texts. */
const SORTED_IDS = `
  create temp table ids (id text not null primary key, row integer not null) without rowid;
  insert or ignore into temp.ids select cast(id as text), rowid from jobs where id is not null order by 1;
`

/**
 * The table of transcripts has no index on its jobs, and its rows are large: asked page by page, it would be read as often as
 * there are pages. It is read once, without the texts, into a table that is not in the file.
 */
const SORTED_PLACES = `
  create temp table places (job_id text not null, id integer not null, primary key (job_id, id)) without rowid;
  insert into temp.places select coalesce(cast(job_id as text), ''), id from transcripts order by 1, 2;
`
