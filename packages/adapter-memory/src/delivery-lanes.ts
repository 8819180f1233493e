// The pending deliveries, a lane for each receiver: one at its limit is passed over in one step, however much waits for it.
import { createHeap, type Heap, type HeapItem } from './heap.ts'
import type { DeliveryRow } from './delivery-row.ts'

export interface DeliveryLanes {
  add(row: DeliveryRow): void
  remove(row: DeliveryRow): void
  /** All of them, in no particular order. */
  all(): Iterable<DeliveryRow>
  /** Takes out what is due, the longest due first. */
  take(options: TakeOptions): Taken
}

export interface TakeOptions {
  readonly now: number
  readonly limit: number
  /** How many of a receiver may be taken. */
  readonly freeOf: (receiver: string) => number
}

export interface Taken {
  readonly rows: readonly DeliveryRow[]
  /** When the next one is due of those that could still be taken. */
  readonly nextRunAt?: number
}

interface Lane extends HeapItem {
  readonly receiver: string
  /** Never empty while the lane is known. */
  readonly rows: Heap<DeliveryRow>
}

export function createDeliveryLanes(): DeliveryLanes {
  const byReceiver = new Map<string, Lane>()
  const lanes = createHeap<Lane>((a, b) => isBefore(a.rows.peek(), b.rows.peek()))

  return {
    add(row) {
      change(row.receiver, ({ rows }) => rows.add(row))
    },
    remove,
    *all() {
      for (const { rows } of byReceiver.values()) yield* rows
    },
    take({ now, limit, freeOf }) {
      const taken: DeliveryRow[] = []
      const takenOf = new Map<string, number>()
      const full: Lane[] = []
      let nextRunAt: number | undefined
      for (let lane = lanes.peek(); lane; lane = lanes.peek()) {
        const { receiver, rows } = lane
        const before = takenOf.get(receiver) ?? 0
        if (before >= freeOf(receiver)) {
          lanes.remove(lane)
          full.push(lane)
          continue
        }
        const row = rows.peek()
        if (!row || row.runAt > now || taken.length >= limit) {
          nextRunAt = row?.runAt
          break
        }
        remove(row)
        taken.push(row)
        takenOf.set(receiver, before + 1)
      }
      for (const lane of full) lanes.add(lane)
      return { rows: taken, ...(nextRunAt !== undefined && { nextRunAt }) }
    },
  }

  function remove(row: DeliveryRow): void {
    change(row.receiver, ({ rows }) => void rows.remove(row))
  }

  /** A lane stands by its first row, so that it is put in its place again whenever its rows change. */
  function change(receiver: string, apply: (lane: Lane) => void): void {
    const lane = byReceiver.get(receiver) ?? { receiver, rows: createHeap<DeliveryRow>(isBefore), slot: -1 }
    lanes.remove(lane)
    apply(lane)
    if (lane.rows.size === 0) {
      byReceiver.delete(receiver)
    } else {
      byReceiver.set(receiver, lane)
      lanes.add(lane)
    }
  }
}

const isBefore = (a: DeliveryRow | undefined, b: DeliveryRow | undefined): boolean =>
  a !== undefined && b !== undefined && (a.runAt < b.runAt || (a.runAt === b.runAt && a.id < b.id))
