// How workers learn that there is work, and everybody that a job has changed.

/** Says "there is work for this source". It carries no state. */
export interface Hint {
  readonly source: string
  /** How many transcripts became due: as many consumers may be told. @default 1 */
  readonly count?: number
}

/** Says "something about this job has changed". Like a hint it carries no state, and may be lost, repeated or forged without harm. */
export interface JobNote {
  readonly jobId: string
  /** Whether it was cancelled: whoever works on it should look at its leases at once. @default false */
  readonly cancelled?: boolean
}

/**
 * A channel of hints and, where it has a transport between processes, of notes. The storage is the truth: a hint may be
 * lost, repeated, reordered or forged without harm, since a worker claims what the storage says is due; so may a note,
 * since whoever is told only looks. So no method here may throw because of the transport: a queue that cannot send
 * reports it and goes on.
 *
 * Prove an implementation with `describeQueue` of `@ytscriptify/core/testing`.
 */
export interface JobQueue {
  /** Tells consumers that there is work. Resolves soon, at the latest after 250 ms, also when the transport is down. */
  push(hint: Hint): Promise<void>

  /**
   * Calls `onHint` whenever there may be work, until `signal` aborts; then resolves.
   * `onHint` returns at once; a queue never waits for the work itself.
   */
  consume(
    onHint: (hint: Hint) => void,
    options: { readonly source: string; readonly signal: AbortSignal },
  ): Promise<void>

  /**
   * Tells everybody who follows, in every process, this one included. Resolves soon, like {@link push}.
   * A queue without a transport between processes has neither this nor {@link follow}.
   */
  announce?(note: JobNote): Promise<void>

  /** Calls `onNote` for each note that arrives, until `signal` aborts; then resolves. `onNote` returns at once. */
  follow?(onNote: (note: JobNote) => void, options: { readonly signal: AbortSignal }): Promise<void>

  /** Whether the transport answers now, for health and metrics. A queue that has no transport does not say. */
  isConnected?(): boolean

  /** Frees what the queue opened. Consumers and followers end. Calling it twice is fine. */
  close(): Promise<void>
}
