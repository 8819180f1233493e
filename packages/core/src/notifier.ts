// Who tells the outside world that a job has ended.

/** One message to one receiver. Retries of the same delivery carry the same `id` and the same bytes. */
export interface Notification {
  /** The same over all attempts of a delivery: receivers recognise repetitions by it. */
  readonly id: string
  readonly url: string
  /** The name of the event: `job.completed`. */
  readonly type: string
  /** The body, as it is sent. */
  readonly body: string
}

/** What became of one attempt. */
export type DeliveryReceipt =
  | { readonly type: 'delivered'; readonly status: number }
  /** Worth another attempt. */
  | {
      readonly type: 'failed'
      readonly reason: string
      readonly status?: number
      /** As the receiver asks. */ readonly retryAfterMs?: number
    }
  /** The receiver, or our own guard, wants no further attempt. */
  | { readonly type: 'refused'; readonly reason: string; readonly status?: number }

/**
 * Delivers notifications. One call of `deliver` = one attempt: the schedule belongs to the engine.
 *
 * Prove an implementation with `describeNotifier` of `@ytscriptify/core/testing`.
 */
export interface Notifier {
  /**
   * Judges a callback URL when a job is submitted, without calling it.
   *
   * @throws {TranscriptionError} `callback_refused`, saying what is wrong with the URL.
   */
  check(url: string): Promise<void>

  /**
   * Makes one attempt. A receiver that fails is an answer, not an exception.
   *
   * @throws the reason of `signal` when it aborts first.
   */
  deliver(notification: Notification, options: { readonly signal: AbortSignal }): Promise<DeliveryReceipt>
}
