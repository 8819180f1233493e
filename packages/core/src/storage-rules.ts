// The figures of the contract that every storage keeps. Here, so that no two storages can differ in them.
export const STORAGE_RULES = {
  /** Videos of a job that come later rank as if they had been submitted this much later, in milliseconds: fairness to small jobs. */
  rankStepMs: 2_000,
  /** A worker that has not been seen for this many of its leases is dead. */
  leasesUntilLost: 2,
  /** A worker that has not been seen for this long is forgotten, in milliseconds. */
  forgottenAfterMs: 24 * 60 * 60_000,
  /** No count of `stats` goes on beyond so many rows. */
  countLimit: 100_000,
  /** What `stats` says of the last minute goes back so far, in milliseconds. */
  lastMinuteMs: 60_000,
} as const
