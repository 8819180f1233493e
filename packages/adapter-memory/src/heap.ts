// A binary heap whose items can be taken out again, since each knows its slot. An item lies in one heap at a time.

export interface HeapItem {
  /** Where it lies in its heap. Belongs to the heap. */
  slot: number
}

export interface Heap<T extends HeapItem> {
  readonly size: number
  /** The first by order. */
  peek(): T | undefined
  add(item: T): void
  /** @returns whether it was in this heap. */
  remove(item: T): boolean
  /** All items, in no particular order. */
  [Symbol.iterator](): Iterator<T>
}

export function createHeap<T extends HeapItem>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = []

  const put = (item: T, slot: number): void => {
    items[slot] = item
    item.slot = slot
  }

  const rise = (item: T, from: number): void => {
    let slot = from
    while (slot > 0) {
      const parentSlot = (slot - 1) >> 1
      const parent = items[parentSlot]
      if (!parent || !isBefore(item, parent)) break
      put(parent, slot)
      slot = parentSlot
    }
    put(item, slot)
  }

  const sink = (item: T, from: number): void => {
    let slot = from
    for (;;) {
      const left = items[2 * slot + 1]
      if (!left) break
      const right = items[2 * slot + 2]
      const child = right && isBefore(right, left) ? right : left
      if (!isBefore(child, item)) break
      const childSlot = child.slot
      put(child, slot)
      slot = childSlot
    }
    put(item, slot)
  }

  return {
    get size() {
      return items.length
    },
    peek: () => items[0],
    add: (item) => rise(item, items.length),
    remove(item) {
      const { slot } = item
      if (items[slot] !== item) return false
      const last = items.pop()
      if (last && last !== item) {
        sink(last, slot)
        rise(last, last.slot)
      }
      return true
    },
    [Symbol.iterator]: () => items[Symbol.iterator](),
  }
}
