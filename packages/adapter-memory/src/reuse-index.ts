// Finds the youngest text of a video, of one owner or of all.
import type { ReuseLookup } from '@ytscriptify/core'
import { createHeap, type Heap } from './heap.ts'
import type { TranscriptRow } from './rows.ts'

export interface ReuseIndex {
  /** Enters a completed transcript. */
  add(row: TranscriptRow): void
  /** Takes one out whose job is deleted: the next youngest stands in for it. */
  remove(row: TranscriptRow): void
  find(lookup: ReuseLookup, now: number): TranscriptRow | undefined
}

export function createReuseIndex(): ReuseIndex {
  // The youngest of each owner lies on top: where that one is too old, all are.
  const byVideo = new Map<string, Map<string, Heap<TranscriptRow>>>()

  return {
    add(row) {
      const { owner } = row.job.input
      const byOwner = byVideo.get(keyOf(row)) ?? new Map<string, Heap<TranscriptRow>>()
      const own = byOwner.get(owner) ?? createHeap<TranscriptRow>(isYounger)
      own.add(row)
      byVideo.set(keyOf(row), byOwner.set(owner, own))
    },
    remove(row) {
      const { owner } = row.job.input
      const byOwner = byVideo.get(keyOf(row))
      const own = byOwner?.get(owner)
      own?.remove(row)
      if (own?.size === 0) byOwner?.delete(owner)
      if (byOwner?.size === 0) byVideo.delete(keyOf(row))
    },
    find({ source, requestKey, owner, maxAgeMs }, now) {
      const byOwner = byVideo.get(keyOfText(source, requestKey))
      const youngest = owner === undefined ? youngestOf(byOwner?.values() ?? []) : byOwner?.get(owner)?.peek()
      return youngest && fetchedAtOf(youngest) >= now - maxAgeMs ? youngest : undefined
    },
  }
}

const keyOf = ({ job, input }: TranscriptRow): string => keyOfText(job.input.source, input.requestKey)

const keyOfText = (source: string, requestKey: string): string => JSON.stringify([source, requestKey])

const fetchedAtOf = ({ state }: TranscriptRow): number =>
  state.status === 'completed' ? state.result.fetchedAt.getTime() : -Infinity

const isYounger = (a: TranscriptRow, b: TranscriptRow): boolean =>
  fetchedAtOf(a) > fetchedAtOf(b) || (fetchedAtOf(a) === fetchedAtOf(b) && a.id > b.id)

function youngestOf(heaps: Iterable<Heap<TranscriptRow>>): TranscriptRow | undefined {
  let youngest: TranscriptRow | undefined
  for (const heap of heaps) {
    const row = heap.peek()
    if (row && (!youngest || isYounger(row, youngest))) youngest = row
  }
  return youngest
}
