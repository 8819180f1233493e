// Jobs with their transcripts, from two lists in the same order: as a zip is closed, so that no table is searched again and again.
import type { OldDatabase, OldJob } from './old-database.ts'

export type WalkedJob =
  | { readonly type: 'job'; readonly job: OldJob; /** By id. */ readonly transcriptIds: readonly number[] }
  /** Transcripts whose job is not there. */
  | { readonly type: 'orphans'; readonly jobId: string; readonly count: number }

export async function* walkJobs(old: Pick<OldDatabase, 'jobs' | 'places'>): AsyncGenerator<WalkedJob> {
  const groups = groupsOf(old.places())
  try {
    let group = await nextOf(groups)
    for await (const job of old.jobs()) {
      while (group && compareBytes(group.jobId, job.id) < 0) {
        yield { type: 'orphans', jobId: group.jobId, count: group.ids.length }
        group = await nextOf(groups)
      }
      const isTheirs = group?.jobId === job.id
      yield { type: 'job', job, transcriptIds: isTheirs && group ? group.ids : [] }
      if (isTheirs) group = await nextOf(groups)
    }
    for (; group; group = await nextOf(groups)) yield { type: 'orphans', jobId: group.jobId, count: group.ids.length }
  } finally {
    await groups.return(undefined)
  }
}

interface Group {
  readonly jobId: string
  readonly ids: readonly number[]
}

async function* groupsOf(places: ReturnType<OldDatabase['places']>): AsyncGenerator<Group, undefined> {
  let current: { readonly jobId: string; readonly ids: number[] } | undefined
  for await (const { jobId, id } of places) {
    if (current?.jobId === jobId) {
      current.ids.push(id)
      continue
    }
    if (current) yield current
    current = { jobId, ids: [id] }
  }
  if (current) yield current
  return undefined
}

async function nextOf(groups: AsyncGenerator<Group, undefined>): Promise<Group | undefined> {
  const { value } = await groups.next()
  return value
}

/** As the databases compare them; JavaScript puts characters beyond U+FFFF elsewhere. */
const compareBytes = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)))
