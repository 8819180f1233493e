// Where it is counted who has asked how often: in this process, or in a store that several processes share.

/**
 * Counts requests in windows. A window begins with the first request that it counts, lasts `windowMs`, and is forgotten
 * then.
 *
 * What an implementation keeps:
 * - One call is one atomic change over all of its windows, against every other call of every process: of parallel calls
 *   exactly as many are let through as there is room for.
 * - It takes one unit out of every window, or, where one of them is used up, out of none. A refused request costs nothing.
 * - Time is the store's own clock alone, so that processes with different clocks agree.
 */
export interface RateLimitStore {
  /**
   * Takes one unit out of all windows, if each has one left.
   *
   * @returns the windows in the order given, as they are after the call.
   */
  take(windows: readonly LimitWindow[]): Promise<readonly LimitWindowState[]>
}

export interface LimitWindow {
  /** Unique for the policy, the window and the caller: at most some hundred characters. */
  readonly key: string
  /** How many units a full window has. */
  readonly limit: number
  /** In milliseconds. */
  readonly windowMs: number
}

export interface LimitWindowState {
  /** Whether it had a unit left. Units were taken only if that is true of all windows of the call. */
  readonly allowed: boolean
  /** Units left after the call. */
  readonly remaining: number
  /** Time until it is full again, in milliseconds. */
  readonly resetMs: number
}
