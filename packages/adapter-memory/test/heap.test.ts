import { describe, expect, it } from 'vitest'
import { createHeap, type HeapItem } from '../src/heap.ts'

interface Numbered extends HeapItem {
  readonly rank: number
}

const numbered = (rank: number): Numbered => ({ rank, slot: -1 })
const createNumberedHeap = () => createHeap<Numbered>((a, b) => a.rank < b.rank)

/** A fixed sequence that looks random: the minimal standard generator of Park and Miller. */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ;) yield (state = (state * 48_271) % 2_147_483_647)
}

describe('a heap', () => {
  it('gives its items by their order', () => {
    const heap = createNumberedHeap()
    for (const rank of [5, 3, 8, 1, 9, 2]) heap.add(numbered(rank))

    expect(drain(heap)).toEqual([1, 2, 3, 5, 8, 9])
  })

  it('keeps its order when items are taken out of its middle', () => {
    const random = pseudoRandom(20_260_101)
    for (let round = 0; round < 200; round += 1) {
      const heap = createNumberedHeap()
      const items = Array.from({ length: 40 }, () => numbered(random.next().value % 1_000))
      for (const item of items) heap.add(item)

      const [taken, kept] = [items.slice(0, 15), items.slice(15)]
      for (const item of taken) expect(heap.remove(item)).toBe(true)

      expect(drain(heap)).toEqual(kept.map(({ rank }) => rank).sort((a, b) => a - b))
    }
  })

  it('knows what is not in it', () => {
    const heap = createNumberedHeap()
    const [inside, outside] = [numbered(1), numbered(1)]
    heap.add(inside)

    expect(heap.remove(outside)).toBe(false)
    expect(heap.remove(inside)).toBe(true)
    expect(heap.remove(inside)).toBe(false)
    expect(heap.size).toBe(0)
  })
})

function drain(heap: ReturnType<typeof createNumberedHeap>): number[] {
  const ranks: number[] = []
  for (let item = heap.peek(); item; item = heap.peek()) {
    ranks.push(item.rank)
    heap.remove(item)
  }
  return ranks
}
