// Reads the transcripts of a job page by page, so that a job of any size fits in memory.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Job } from './job.ts'
import type { TranscriptionStorage } from './storage.ts'
import type { Transcript } from './transcript.ts'

export interface ReadTranscriptsOptions {
  /** Whether to read the stored texts too. */
  readonly withData: boolean
}

/** Yields the transcripts of a job by position. */
export async function* readTranscripts(
  storage: TranscriptionStorage,
  job: Pick<Job, 'id' | 'dataBytes'>,
  { withData }: ReadTranscriptsOptions,
): AsyncGenerator<Transcript> {
  // A long video has a text of megabytes: where they are many, one is read at a time.
  const limit = withData && job.dataBytes > WHOLE_PAGE_BYTES ? 1 : PAGE
  let afterPosition = -1
  for (;;) {
    const page = await storage.listTranscripts({ jobId: job.id, afterPosition, limit, withData })
    yield* page
    const last = page.at(-1)
    if (!last || page.length < limit) return
    afterPosition = last.position
    // SQLite answers without a turn of the event loop: everything else would stand still for the whole of a large job.
    await nextTurn()
  }
}

const PAGE = 100

/** Texts of all videos of a job up to this size are read at once, in bytes. An ordinary job of 50 has 1.3 MB. */
const WHOLE_PAGE_BYTES = 2 * 1024 * 1024
