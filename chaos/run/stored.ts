// What stands in the database of a run, while it goes on and when it is over.
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@ytscriptify/core/testing'
import type { Entry } from './entries.ts'
import type { Store } from './store.ts'

export interface Progress {
  /** How many videos had not ended when it was last looked. */
  open(): number
  stop(): Promise<void>
}

/** Looks into the database all the time, and tells of deadlocks. */
export function watchProgress(store: Store, write: (entry: Entry) => void): Progress {
  const stopping = new AbortController()
  let open = 0

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      open = await count(store, OPEN_VIDEOS)
      await tellOfDeadlocks(store, write)
      await delay(LOOK_MS)
    }
  }
  const looking = look()
  // What goes wrong is told to whoever stops it.
  looking.catch(() => undefined)
  return {
    open: () => open,
    async stop() {
      stopping.abort()
      await looking
    },
  }
}

const LOOK_MS = 200

/** Resolves when every job has ended and every callback has been sent. @throws when that takes longer than `withinMs`. */
export async function untilAllHasEnded(store: Store, { withinMs }: { readonly withinMs: number }): Promise<void> {
  const isOver = async (): Promise<boolean> => {
    await delay(LOOK_MS)
    return (await count(store, OPEN_JOBS)) + (await count(store, OPEN_DELIVERIES)) === 0
  }
  await eventually(isOver, { what: 'all jobs and callbacks have ended', withinMs })
}

const OPEN_VIDEOS = "transcripts WHERE status IN ('pending', 'processing')"
const OPEN_JOBS = "jobs WHERE status IN ('pending', 'processing')"
const OPEN_DELIVERIES = "deliveries WHERE status IN ('pending', 'processing')"

async function count(store: Store, what: string): Promise<number> {
  const [row] = await store.rows<{ readonly found: number }>(`SELECT count(*) AS found FROM ${what}`)
  return Number(row?.found)
}

/** Puts into the journal what the database knows: its rows as they are, and all that the witness saw. */
export async function writeAllThatIsStored(store: Store, write: (entry: Entry) => void): Promise<void> {
  await tellOfDeadlocks(store, write)
  const at = Date.now()
  for (const [table, columns] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    const rows = await store.rows<Record<string, unknown>>(`SELECT ${columns} FROM ${table}`)
    for (const row of rows) write({ what: 'row', at, table, row })
  }
  for (const row of await store.witnessed()) write({ ...row, what: 'saw' })
}

const COLUMNS = {
  jobs: 'id, status, completed, failed, callback_url',
  transcripts:
    'id, job_id, position, status, duplicate_of, error_code, attempt, crashes, failures, run_at, lease_until',
  deliveries: 'id, job_id, status, attempt, failures',
} as const

async function tellOfDeadlocks({ server }: Store, write: (entry: Entry) => void): Promise<void> {
  const deadlocks = (await server?.newDeadlocks()) ?? 0
  if (deadlocks > 0) write({ what: 'deadlocks', at: Date.now(), count: deadlocks })
}
