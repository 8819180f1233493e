// What people who run the service want to know of its storage: who works on what, and how much there is to do.

/** A transcript that is being worked on. */
export interface ActiveTranscript {
  readonly transcriptId: number
  readonly attempt: number
  readonly jobId: string
  readonly owner: string
  readonly position: number
  readonly videoId: string
  readonly url: string
  readonly source: string
  /** Who works on it. Without a name where it is not known any more. */
  readonly worker: { readonly id: string; readonly name?: string }
  /** When it was claimed. */
  readonly since: Date
  /** When the claim runs out unless it is renewed. */
  readonly leaseUntil: Date
  readonly failures: number
  readonly crashes: number
}

/** A worker as the storage last saw it. */
export interface WorkerRecord {
  readonly id: string
  readonly name: string
  /** The machine that it runs on, where it said so. */
  readonly host?: string
  /** When it was first seen. */
  readonly startedAt: Date
  readonly seenAt: Date
  readonly leaseMs: number
  /** Whether it has not been seen for two of its leases: what it holds is taken back as its leases run out. */
  readonly isLost: boolean
  /** How many transcripts it holds. */
  readonly active: number
}

/**
 * How much there is to do. A count goes on to 100,000 rows at most (`STORAGE_RULES.countLimit`): what says so many may be more.
 * Duplicates are no work of their own, and are not counted.
 */
export interface StorageStats {
  /** The open ones: those that have ended are too many to count. */
  readonly jobs: { readonly pending: number; readonly processing: number }
  readonly transcripts: {
    /** Could be claimed now, unless their gate is closed. */
    readonly due: number
    /** Are pending, and not due yet. */
    readonly waiting: number
    readonly processing: number
  }
  /**
   * How long the transcript that is next in line has been due, in milliseconds: the first by rank of each lane, and the longest
   * of all lanes. Absent when none is due.
   */
  readonly oldestDueMs?: number
  readonly deliveries: {
    readonly due: number
    readonly waiting: number
    /** Are being sent. */
    readonly processing: number
    /** How long the longest due has been due, in milliseconds. Absent when none is due. */
    readonly oldestDueMs?: number
  }
  /** Jobs that ended within the last minute, and how their videos ended. */
  readonly lastMinute: {
    readonly jobs: number
    readonly completed: number
    readonly failed: number
    readonly cancelled: number
  }
}
