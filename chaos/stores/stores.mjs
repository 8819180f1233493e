// Where a chaos run keeps its jobs. Each store is loaded only where it is asked for.

export const STORES = ['sqlite', 'postgres']

/**
 * Makes a new store for a run.
 *
 * @returns `address` for the processes that use it, `rows(sql)` and `witness()` to judge it by, `close()`, and where its queue can
 *   lose something `forgetHints()`.
 */
export async function openStore(kind, { folder }) {
  if (kind === 'sqlite') return (await import('./sqlite.mjs')).openSqliteStore({ folder })
  if (kind === 'postgres') return (await import('./postgres.mjs')).openPostgresStore()
  throw new Error(`There is no storage "${kind}"; there are: ${STORES.join(', ')}.`)
}

/** @returns what a process hands to the engine: `storage`, and a `queue` unless core's own is to be used. */
export async function connectToStore(kind, address, { name }) {
  if (kind === 'sqlite') return (await import('./sqlite.mjs')).connectToSqlite(address)
  return (await import('./postgres.mjs')).connectToPostgres(address, name)
}
