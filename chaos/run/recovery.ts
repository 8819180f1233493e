// How long it takes until somebody else goes on with what a killed process held.
import { entriesOf, type Entry } from './entries.ts'
import type { WitnessRow } from './store.ts'

/**
 * From each death to the moment when each video that the process held is claimed again, or has ended.
 *
 * @returns milliseconds, in no order.
 */
export function recoveriesIn(entries: readonly Entry[]): readonly number[] {
  const deaths = deathsByWorker(entries)
  return [...byTranscript(entries).values()].flatMap((rows) =>
    rows.flatMap((row, index) => {
      const died = isClaim(row) ? deaths.get(row.new_worker ?? '') : undefined
      if (died === undefined) return []
      const later = rows.slice(index + 1)
      // What had ended, or was taken back, before the death was not held any more.
      if (!later[0] || later[0].at <= died) return []
      const recovered = later.find((next) => isClaim(next) || isEnd(next))
      return recovered ? [recovered.at - died] : []
    }),
  )
}

/** When each worker was killed, by its id. */
function deathsByWorker(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const killedAt = new Map(
    entriesOf(entries, 'disturbed').flatMap(({ how, process, at }) =>
      how === 'killed' && process !== undefined ? [[process, at] as const] : [],
    ),
  )
  return new Map(
    entriesOf(entries, 'said').flatMap(({ event, process, id }) => {
      const at = killedAt.get(process)
      return event === 'worker.started' && at !== undefined ? [[String(id), at] as const] : []
    }),
  )
}

function byTranscript(entries: readonly Entry[]): ReadonlyMap<string, readonly WitnessRow[]> {
  const grouped = new Map<string, WitnessRow[]>()
  for (const row of entriesOf(entries, 'saw')) {
    if (row.entity !== 'transcript') continue
    const own = grouped.get(row.id)
    if (own) own.push(row)
    else grouped.set(row.id, [row])
  }
  return grouped
}

const isClaim = ({ new_status: status, old_attempt: before, new_attempt: after }: WitnessRow): boolean =>
  status === 'processing' && Number(after) > Number(before)

const isEnd = ({ new_status: status }: WitnessRow): boolean => status !== 'pending' && status !== 'processing'

/** The value below which this share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
