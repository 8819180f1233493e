// A gate and the pending transcripts behind it, kept in the order in which they are claimed.
import { gateStateAt, openGate, type Gate } from '@ytscriptify/core'
import { createHeap, type Heap } from './heap.ts'
import type { TranscriptRow } from './rows.ts'

export interface Lane {
  gate: Gate
  add(row: TranscriptRow, now: number): void
  remove(row: TranscriptRow): void
  /** The first that is due and fits, by rank and then by id. */
  first(wanted: Wanted): TranscriptRow | undefined
  /** How many are due, and how many will be. */
  sizes(now: number): Sizes
  /** All pending rows with at least this many crashes. */
  crashed(atLeast: number): Iterable<TranscriptRow>
}

export interface Sizes {
  readonly due: number
  readonly waiting: number
}

export interface Wanted {
  readonly now: number
  /** At least so many crashes, … */
  readonly minCrashes: number
  /** … and fewer than so many. */
  readonly belowCrashes: number
  /** Any but this one. */
  readonly except?: number
}

export const isBefore = (a: TranscriptRow, b: TranscriptRow): boolean =>
  a.rankAt < b.rankAt || (a.rankAt === b.rankAt && a.id < b.id)

export function createLane(key: string, source: string): Lane {
  // A row that has crashed more often stands on another shelf, since who may claim it hangs on that number.
  const shelves = new Map<number, Shelf>()

  const shelfFor = (crashes: number): Shelf => {
    const shelf = shelves.get(crashes) ?? createShelf()
    shelves.set(crashes, shelf)
    return shelf
  }

  return {
    gate: openGate(key, source),
    add: (row, now) => shelfFor(row.crashes).add(row, now),
    remove: (row) => shelfFor(row.crashes).remove(row),
    first({ now, minCrashes, belowCrashes, except }) {
      let first: TranscriptRow | undefined
      for (const [crashes, shelf] of shelves) {
        if (crashes < minCrashes || crashes >= belowCrashes) continue
        const candidate = shelf.first(now, except)
        if (candidate && (!first || isBefore(candidate, first))) first = candidate
      }
      return first
    },
    sizes(now) {
      const sizes = [...shelves.values()].map((shelf) => shelf.sizes(now))
      const sum = (count: (size: Sizes) => number): number => sizes.reduce((total, size) => total + count(size), 0)
      return { due: sum(({ due }) => due), waiting: sum(({ waiting }) => waiting) }
    },
    *crashed(atLeast) {
      for (const [crashes, shelf] of shelves) if (crashes >= atLeast) yield* shelf.all()
    },
  }
}

/** Whether a claim passes the gate: always, not at all, or as the one probe. */
export function passageAt(
  gate: Gate,
  { now, isProbing }: { readonly now: number; readonly isProbing: (gate: Gate) => boolean },
): 'free' | 'probe' | 'none' {
  const state = gateStateAt(gate, now)
  if (state === 'open') return 'free'
  return state === 'ajar' && !isProbing(gate) ? 'probe' : 'none'
}

interface Shelf {
  add(row: TranscriptRow, now: number): void
  remove(row: TranscriptRow): void
  first(now: number, except?: number): TranscriptRow | undefined
  sizes(now: number): Sizes
  all(): Iterable<TranscriptRow>
}

/** What is due, by rank, apart from what is due later, by its time: so that a claim looks at heads alone. */
function createShelf(): Shelf {
  const due: Heap<TranscriptRow> = createHeap(isBefore)
  const later: Heap<TranscriptRow> = createHeap((a, b) => a.runAt < b.runAt)

  const moveDue = (now: number): void => {
    for (let row = later.peek(); row && row.runAt <= now; row = later.peek()) {
      later.remove(row)
      due.add(row)
    }
  }

  return {
    add: (row, now) => (row.runAt <= now ? due : later).add(row),
    remove: (row) => void (due.remove(row) || later.remove(row)),
    first(now, except) {
      moveDue(now)
      const head = due.peek()
      if (!head || head.id !== except) return head
      due.remove(head)
      const second = due.peek()
      due.add(head)
      return second
    },
    sizes(now) {
      moveDue(now)
      return { due: due.size, waiting: later.size }
    },
    *all() {
      yield* due
      yield* later
    },
  }
}
