// What is read of jobs one by one, and of which many ask at the same time: workers that send callbacks, and callers who look.
import type { Job, JobQuery, ListTranscriptsQuery, Transcript } from '@ytscriptify/core'
import { inGroups } from './in-groups.ts'
import { createListFirstPages, createListTranscripts, firstPageOf } from './list-transcripts.ts'
import { createGetJob, createGetJobs } from './read-jobs.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

export interface JobReads {
  getJob(query: JobQuery): Promise<Job | undefined>
  listTranscripts(query: ListTranscriptsQuery): Promise<readonly Transcript[]>
}

/** Together where a read is the way to a server and back, one by one elsewhere. */
export const createJobReads = (db: Database, traits: SqlDialectTraits): JobReads =>
  traits.parallelReads === undefined ? singleReads(db, traits) : sharedReads(db, traits, traits.parallelReads)

function singleReads(db: Database, traits: SqlDialectTraits): JobReads {
  const getJob = createGetJob(traits)
  const listTranscripts = createListTranscripts(traits)
  return {
    getJob: (query) => traits.read(db, (reader) => getJob(reader, query)),
    listTranscripts: (query) => traits.read(db, (reader) => listTranscripts(reader, query)),
  }
}

function sharedReads(db: Database, traits: SqlDialectTraits, parallel: number): JobReads {
  const { listTranscripts } = singleReads(db, traits)
  const getJobs = createGetJobs(traits)
  const listFirstPages = createListFirstPages(traits)
  const getJob = shared(getJobs, MOST_JOBS)
  const firstPages = new Map<string, (query: ListTranscriptsQuery) => Promise<readonly Transcript[]>>()

  return {
    getJob,
    listTranscripts(query) {
      const page = firstPageOf(query)
      if (page === undefined) return listTranscripts(query)
      const list = firstPages.get(page) ?? shared(listFirstPages, MOST_PAGES)
      firstPages.set(page, list)
      return list(query)
    },
  }

  function shared<Query, Result>(
    readAll: (reader: Database, queries: readonly Query[]) => Promise<readonly Result[]>,
    maxItems: number,
  ): (query: Query) => Promise<Result> {
    return inGroups<Query, Result>({
      run: (queries) => traits.read(db, (reader) => readAll(reader, queries)),
      maxItems,
      maxWeight: maxItems,
      weightOf: () => 1,
      parallel,
      isGeneral: (error) => traits.errorOf(error) !== undefined,
    })
  }
}

/** That one statement reads. A page may have 2 MB of texts, so that few of them are in memory at a time. */
const MOST_JOBS = 64
const MOST_PAGES = 16
