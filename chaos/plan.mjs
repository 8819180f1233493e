// The figures of a chaos run. Leases are short, so that a minute holds many crashes.

/** How long a claim lasts without a renewal, in milliseconds. A pause is longer than this, a rest is shorter. */
export const LEASE_MS = 2_000
export const RENEW_MS = 800
export const RECONCILE_MS = 300
/** Attempts at a time in each worker. */
export const SLOTS = 6
export const WORKERS = 3
/** Videos that wait at most: enough that no worker is ever idle, few enough that the end of a run comes soon. */
export const BACKLOG = 100
