// The database of the service that this one replaces, as the import sees it: read-only, and the same from SQLite and PostgreSQL.

/** A row of `jobs`, every column as text. A column that an older version did not have is null. */
export interface OldJob {
  readonly id: string
  readonly status: string | null
  readonly createdAt: string | null
  readonly updatedAt: string | null
  readonly callbackUrl: string | null
  readonly errorMessage: string | null
}

/** A row of `transcripts`, likewise. */
export interface OldTranscript {
  readonly id: number
  readonly url: string | null
  readonly videoId: string | null
  /** JSON. */
  readonly data: string | null
  readonly status: string | null
  readonly errorMessage: string | null
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

/** Which job a transcript belongs to; `''` where its row names none. */
export interface OldPlace {
  readonly jobId: string
  readonly id: number
}

export interface OldCounts {
  readonly jobs: number
  /** Rows of `jobs` without an id: nothing can refer to them. */
  readonly namelessJobs: number
  readonly transcripts: number
}

/**
 * Reads the older service's tables. They have no index but on their ids, so everything is read in one pass: jobs in the order of
 * the bytes of their ids, and beside them, in the same order, which transcripts they have. Both come in pages, so that any
 * number of rows passes through the same little memory.
 */
export interface OldDatabase {
  /** Names it to people, without its password. */
  readonly label: string
  count(): Promise<OldCounts>
  /** By the bytes of the id. */
  jobs(): AsyncIterable<OldJob>
  /** By the bytes of the job's id, then by the transcript's own. */
  places(): AsyncIterable<OldPlace>
  /** The rows with these ids, by id. */
  transcripts(ids: readonly number[]): Promise<readonly OldTranscript[]>
  close(): Promise<void>
}

/** Rows of one page. Only those of {@link OldDatabase.transcripts} can be large, and those are asked for by id. */
export const PAGE = 500
