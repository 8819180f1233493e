// Finds the youngest text of a video, of one owner or of all.
import type { ReuseLookup } from '@ytscriptify/core'
import type { TranscriptRow } from './rows.ts'

export interface ReuseIndex {
  /** Enters a completed transcript. */
  add(row: TranscriptRow, fetchedAt: number): void
  find(lookup: ReuseLookup, now: number): TranscriptRow | undefined
}

export function createReuseIndex(): ReuseIndex {
  // Only the youngest of each owner is kept: where that one is too old, all are.
  const byVideo = new Map<string, Map<string, Entry>>()

  return {
    add(row, fetchedAt) {
      const { source, owner } = row.job.input
      const key = keyOf(source, row.input.requestKey)
      const byOwner = byVideo.get(key) ?? new Map<string, Entry>()
      const known = byOwner.get(owner)
      if (known && known.fetchedAt > fetchedAt) return
      byVideo.set(key, byOwner.set(owner, { row, fetchedAt }))
    },
    find({ source, requestKey, owner, maxAgeMs }, now) {
      const byOwner = byVideo.get(keyOf(source, requestKey))
      const youngest = owner === undefined ? youngestOf(byOwner?.values() ?? []) : byOwner?.get(owner)
      return youngest && youngest.fetchedAt >= now - maxAgeMs ? youngest.row : undefined
    },
  }
}

interface Entry {
  readonly row: TranscriptRow
  readonly fetchedAt: number
}

const keyOf = (source: string, requestKey: string): string => JSON.stringify([source, requestKey])

function youngestOf(entries: Iterable<Entry>): Entry | undefined {
  let youngest: Entry | undefined
  for (const entry of entries) if (!youngest || entry.fetchedAt > youngest.fetchedAt) youngest = entry
  return youngest
}
