import { describe, expect, it } from 'vitest'
import { createDeliveryLanes } from '../src/delivery-lanes.ts'
import { createDeliveryRow, type DeliveryRow } from '../src/delivery-row.ts'

const rowFor = (receiver: string, runAt: number): DeliveryRow => ({
  ...createDeliveryRow({ jobId: 'job', url: `https://${receiver}/`, type: 'job.completed' }, 0),
  runAt,
})

/** Lanes with these rows, and what a claim took and asked. */
function lanesOf(rows: Iterable<DeliveryRow>) {
  const lanes = createDeliveryLanes()
  for (const row of rows) lanes.add(row)
  const asked: string[] = []
  const take = ({ now = 1_000_000, limit = 10, free = 10 }: { now?: number; limit?: number; free?: number } = {}) => {
    asked.length = 0
    const freeOf = (receiver: string): number => {
      asked.push(receiver)
      return receiver === 'https://slow.test' ? 0 : free
    }
    const { rows: taken, nextRunAt } = lanes.take({ now, limit, freeOf })
    return { taken: taken.map(({ receiver, runAt }) => `${receiver.slice(8)} ${runAt}`), nextRunAt, asked }
  }
  return { lanes, take }
}

describe('the lanes of deliveries', () => {
  it('pass over a receiver at its limit in one step: 100,000 that wait for it are not looked at', () => {
    const slow = Array.from({ length: 100_000 }, (_, index) => rowFor('slow.test', index))
    const { take } = lanesOf([...slow, rowFor('fast.test', 200_000)])

    const first = take()
    const again = take()

    expect(first.taken).toEqual(['fast.test 200000'])
    expect(first.asked.length).toBeLessThanOrEqual(3)
    expect([again.taken, again.asked]).toEqual([[], ['https://slow.test']])
  })

  it('give the longest due first, whoever it goes to', () => {
    const { take } = lanesOf([rowFor('b.test', 3), rowFor('a.test', 4), rowFor('b.test', 1), rowFor('a.test', 2)])

    expect(take().taken).toEqual(['b.test 1', 'a.test 2', 'b.test 3', 'a.test 4'])
  })

  it('give so many of a receiver, then those of others', () => {
    const { take } = lanesOf([rowFor('a.test', 1), rowFor('a.test', 2), rowFor('a.test', 3), rowFor('b.test', 9)])

    expect(take({ free: 2 }).taken).toEqual(['a.test 1', 'a.test 2', 'b.test 9'])
    expect(take({ free: 2 }).taken).toEqual(['a.test 3'])
  })

  it('tell when the next is due, of those that no limit holds back', () => {
    const { take } = lanesOf([rowFor('slow.test', 1), rowFor('a.test', 70), rowFor('b.test', 50)])

    expect(take({ now: 10 })).toMatchObject({ taken: [], nextRunAt: 50 })
    expect(take({ now: 60 })).toMatchObject({ taken: ['b.test 50'], nextRunAt: 70 })
    expect(take({ now: 80 })).toMatchObject({ taken: ['a.test 70'], nextRunAt: undefined })
  })

  it('forget what is taken out', () => {
    const [first, second] = [rowFor('a.test', 1), rowFor('a.test', 2)]
    const { lanes, take } = lanesOf([first, second])

    lanes.remove(first)

    expect(take().taken).toEqual(['a.test 2'])
    expect(take().taken).toEqual([])
  })
})
