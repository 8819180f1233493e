// Carries jobs from the older database into a storage: read in pages, written in chunks, each of which is stored or not as a whole.
// Whatever stops it, it may be started again: a job that is there is left alone, and its texts are not even read.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ImportedJob, TranscriptionStorage } from '@ytscriptify/core'
import { importedJobOf, type ImportFacts } from './imported-job.ts'
import type { JudgeCallback } from './judge-callbacks.ts'
import type { OldDatabase, OldJob, OldTranscript } from './old-database.ts'
import type { Remark } from './remarks.ts'
import { walkJobs, type WalkedJob } from './walk-jobs.ts'

export interface ImportParts {
  readonly old: Pick<OldDatabase, 'jobs' | 'places' | 'transcripts'>
  readonly storage: Pick<TranscriptionStorage, 'getJob' | 'importJobs'>
  readonly judge: JudgeCallback
  readonly facts: Omit<ImportFacts, 'callbackProblem'>
  /** Ends the import after the chunk in hand. */
  readonly signal: AbortSignal
}

/** What one chunk has come to. */
export interface ImportStep {
  /** Those that were stored by this very step. */
  readonly stored: readonly ImportedJob[]
  /** How many were there before. */
  readonly present: number
  /** About the stored ones, and about what was passed on the way. */
  readonly remarks: readonly Remark[]
}

/** Jobs that are looked for at a time. */
const GROUP = 100

/** A chunk is written when it has so many jobs, videos or characters of text. A larger job is a chunk of its own. */
const CHUNK = { jobs: 100, videos: 1_000, characters: 8_000_000 } as const

/** Rows with texts that are read at a time: a few megabytes, where each is of a video of ten hours. */
const ROWS = 10

export async function* importJobs({ old, storage, judge, facts, signal }: ImportParts): AsyncGenerator<ImportStep> {
  let group: WalkedJob[] = []
  for await (const walked of walkJobs(old)) {
    group.push(walked)
    if (group.length < GROUP) continue
    yield* importGroup(group)
    group = []
    if (await isStopped()) return
  }
  yield* importGroup(group)

  async function* importGroup(walked: readonly WalkedJob[]): AsyncGenerator<ImportStep> {
    const jobs = walked.filter((one) => one.type === 'job')
    const found = await Promise.all(jobs.map(({ job: { id } }) => storage.getJob({ id })))
    const missing = jobs.filter((_, index) => !found[index])
    const present = jobs.length - missing.length
    const remarks = walked.flatMap((one) => (one.type === 'orphans' ? [orphans(one)] : []))
    if (present > 0 || remarks.length > 0) yield { stored: [], present, remarks }

    let chunk = emptyChunk()
    for (const { job, transcriptIds } of missing) {
      chunk.add(await mappedJob(job, transcriptIds))
      if (!chunk.isFull()) continue
      yield await store(chunk)
      chunk = emptyChunk()
      if (await isStopped()) return
    }
    if (chunk.jobs.length > 0) yield await store(chunk)
  }

  /** SQLite answers without a turn of the event loop, in which Ctrl-C would be heard. */
  async function isStopped(): Promise<boolean> {
    await nextTurn()
    return signal.aborted
  }

  async function mappedJob(job: OldJob, ids: readonly number[]) {
    const rows: OldTranscript[] = []
    for (let from = 0; from < ids.length; from += ROWS)
      rows.push(...(await old.transcripts(ids.slice(from, from + ROWS))))
    const callbackProblem = job.callbackUrl === null ? undefined : await judge(job.callbackUrl)
    return importedJobOf(job, rows, { ...facts, ...(callbackProblem !== undefined && { callbackProblem }) })
  }

  /** Somebody else may import the same jobs at this moment: what he has stored first is his. */
  async function store({ jobs, remarks }: Chunk): Promise<ImportStep> {
    const wasStored = await storage.importJobs(jobs)
    const stored = jobs.filter((_, index) => wasStored[index])
    return { stored, present: jobs.length - stored.length, remarks }
  }
}

type Chunk = ReturnType<typeof emptyChunk>

function emptyChunk() {
  const jobs: ImportedJob[] = []
  const remarks: Remark[] = []
  let videos = 0
  let characters = 0
  return {
    jobs,
    remarks,
    add(mapped: { readonly job: ImportedJob; readonly remarks: readonly Remark[] }): void {
      jobs.push(mapped.job)
      remarks.push(...mapped.remarks)
      videos += mapped.job.transcripts.length
      characters += charactersOf(mapped.job)
    },
    isFull: () => jobs.length >= CHUNK.jobs || videos >= CHUNK.videos || characters >= CHUNK.characters,
  }
}

const charactersOf = ({ transcripts }: ImportedJob): number =>
  transcripts.reduce((sum, { state }) => sum + (state.type === 'completed' ? state.content.data.length : 0), 0)

const orphans = ({ jobId, count }: Extract<WalkedJob, { readonly type: 'orphans' }>): Remark => ({
  kind: 'orphan',
  subject: jobId === '' ? 'without a job' : `job ${jobId}`,
  count,
})
