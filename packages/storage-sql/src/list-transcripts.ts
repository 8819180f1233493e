// The transcripts of a job, with their texts or without: whoever follows a job or asks for its results reads through here.
import { sql, type SelectQueryBuilder } from 'kysely'
import type { ListTranscriptsQuery, Transcript } from '@ytscriptify/core'
import { TRANSCRIPT_COLUMNS, type ShownTranscript } from './columns.ts'
import { anyOf, compileOnce, type Given } from './compile-once.ts'
import { distinct } from './locks.ts'
import { toTranscript } from './row-mapping.ts'
import type { Database, Tables } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export function createListTranscripts(
  traits: SqlDialectTraits,
): (db: Database, query: ListTranscriptsQuery) => Promise<readonly Transcript[]> {
  const readPage = compileOnce<Page, ShownTranscript>(pageOf)
  const readPageWithTexts = compileOnce<Page, TranscriptWithText>((db, given) => withTexts(pageOf(db, given)))

  return async (db, query) => {
    const { withData = false, statuses, videoId } = query
    if (statuses?.length === 0) return []
    const hasConditions = statuses !== undefined || videoId !== undefined
    const read = withData ? readPageWithTexts : readPage
    const rows = await (hasConditions ? readSome(db, query) : read(db, pageBy(query)))
    return rows.map((row) => toTranscript(row, traits))
  }
}

/** The first page of several jobs at once: of queries that differ in nothing but the job. One entry for each, in their order. */
export function createListFirstPages(
  traits: SqlDialectTraits,
): (db: Database, queries: readonly ListTranscriptsQuery[]) => Promise<readonly (readonly Transcript[])[]> {
  const readPages = compileOnce<FirstPages, ShownTranscript>(firstPagesOf)
  const readPagesWithTexts = compileOnce<FirstPages, TranscriptWithText>((db, given) =>
    withTexts(firstPagesOf(db, given)),
  )

  return async (db, queries) => {
    const [{ withData = false, limit = MAX_POSITION } = {}] = queries
    const read = withData ? readPagesWithTexts : readPages
    const rows = await read(db, { jobIds: distinct(queries.map(({ jobId }) => jobId)), last: limit - 1 })
    const ofJob = new Map<string, Transcript[]>(queries.map(({ jobId }) => [jobId, []]))
    for (const row of rows) ofJob.get(row.job_id)?.push(toTranscript(row, traits))
    return queries.map(({ jobId }) => ofJob.get(jobId) ?? [])
  }
}

/**
 * What queries have in common that {@link createListFirstPages} answers together. `undefined` for one that goes alone: it asks for
 * something else than the first page, or for so much that others should not wait for it.
 */
export function firstPageOf(query: ListTranscriptsQuery): string | undefined {
  const { afterPosition = -1, limit = MAX_POSITION, statuses, videoId, withData = false } = query
  const isFirst = afterPosition === -1 && statuses === undefined && videoId === undefined
  return isFirst && limit <= LARGEST_SHARED_PAGE ? `${limit}/${withData}` : undefined
}

/** What one reads of an ordinary job, with its texts. */
const LARGEST_SHARED_PAGE = 100

interface FirstPages extends Readonly<Record<string, unknown>> {
  readonly jobIds: readonly string[]
  readonly last: number
}

const firstPagesOf = (db: Database, given: Given<FirstPages>) =>
  transcripts(db)
    .where('transcripts.job_id', '=', anyOf(given('jobIds')))
    .where('transcripts.position', '<=', given('last'))

/** Positions have no gaps, so that a page is a range of them, and needs no limit. */
interface Page extends Readonly<Record<string, unknown>> {
  readonly jobId: string
  readonly after: number
  readonly last: number
}

const pageBy = ({ jobId, afterPosition: after = -1, limit = MAX_POSITION }: ListTranscriptsQuery): Page => ({
  jobId,
  after,
  last: Math.min(after + limit, MAX_POSITION),
})

/** The largest number that the column takes in every engine. */
const MAX_POSITION = 2 ** 31 - 1

const pageOf = (db: Database, given: Given<Page>) =>
  transcripts(db)
    .where('transcripts.job_id', '=', given('jobId'))
    .where('transcripts.position', '>', given('after'))
    .where('transcripts.position', '<=', given('last'))

async function readSome(
  db: Database,
  { jobId, afterPosition, limit, statuses, videoId, withData = false }: ListTranscriptsQuery,
): Promise<readonly (ShownTranscript | TranscriptWithText)[]> {
  let query = transcripts(db).where('transcripts.job_id', '=', jobId)
  if (afterPosition !== undefined) query = query.where('transcripts.position', '>', afterPosition)
  if (statuses !== undefined) query = query.where('transcripts.status', 'in', statuses)
  if (videoId !== undefined) query = query.where('transcripts.video_id', '=', videoId)
  // A literal: SQLite plans by the value of a limit, and would plan anew for each execution with a parameter.
  if (limit !== undefined) query = query.limit(sql.lit(limit))
  return (withData ? withTexts(query) : query).execute()
}

type Selection = SelectQueryBuilder<Tables, 'transcripts', ShownTranscript>

const transcripts = (db: Database): Selection =>
  db
    .selectFrom('transcripts')
    .select(TRANSCRIPT_COLUMNS.map(<C extends string>(column: C) => `transcripts.${column}` as const))
    .orderBy('transcripts.position')

type TranscriptWithText = ShownTranscript & { readonly data: string | null }

/** A repeated video has no text of its own: it is stored once. */
const withTexts = (selection: Selection) =>
  selection
    .leftJoin('transcripts as original', (join) =>
      join
        .onRef('original.job_id', '=', 'transcripts.job_id')
        .onRef('original.position', '=', 'transcripts.duplicate_of'),
    )
    .select((eb) => eb.fn.coalesce('transcripts.transcript_data', 'original.transcript_data').as('data'))
