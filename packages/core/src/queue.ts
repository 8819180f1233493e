// How workers learn that there is work.

/** Says "there is work for this source". It carries no state. */
export interface Hint {
  readonly source: string
}

/**
 * A channel of hints. The storage is the truth: a hint may be lost, repeated, reordered or forged without harm,
 * since a worker claims what the storage says is due. So no method here may throw because of the transport: a
 * queue that cannot send reports it and goes on.
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

  /** Frees what the queue opened. Consumers end. Calling it twice is fine. */
  close(): Promise<void>
}
