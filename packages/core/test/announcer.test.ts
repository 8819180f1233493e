import { describe, expect, it } from 'vitest'
import { createAnnouncer } from '../src/announcer.ts'
import type { JobNote } from '../src/queue.ts'
import { manualClock } from '../src/testing/manual-clock.ts'

const setUp = (send: (note: JobNote) => Promise<void> = () => Promise.resolve()) => {
  const clock = manualClock()
  const sent: { at: number; note: JobNote }[] = []
  const errors: unknown[] = []
  const announcer = createAnnouncer({
    announce: (note) => {
      sent.push({ at: clock.monotonic(), note })
      return send(note)
    },
    clock,
    onError: (error) => errors.push(error),
  })
  return { clock, announcer, sent, errors }
}

const waiting = () => {
  const ends: (() => void)[] = []
  return {
    send: () => new Promise<void>((resolve) => ends.push(resolve)),
    end: () => ends.splice(0).forEach((end) => end()),
  }
}

describe('announcing changes', () => {
  it('tells the first one at once, and a burst as one more when 100 ms are over', async () => {
    const { clock, announcer, sent } = setUp()

    for (let change = 0; change < 10; change += 1) {
      announcer.tell({ jobId: 'a' })
      await clock.advance(5)
    }
    await clock.advance(1_000)

    expect(sent).toEqual([
      { at: 0, note: { jobId: 'a' } },
      { at: 100, note: { jobId: 'a' } },
    ])
  })

  it('tells at most ten a second of a job that changes all the time, and the last change always', async () => {
    const { clock, announcer, sent } = setUp()

    for (let change = 0; change < 201; change += 1) {
      announcer.tell({ jobId: 'a' })
      await clock.advance(5)
    }
    await clock.advance(1_000)

    expect(sent.map(({ at }) => at)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_100])
  })

  it('tells each job for itself', async () => {
    const { clock, announcer, sent } = setUp()

    announcer.tell({ jobId: 'a' })
    await clock.advance(60)
    announcer.tell({ jobId: 'b' })
    announcer.tell({ jobId: 'a' })
    announcer.tell({ jobId: 'b' })
    await clock.advance(1_000)

    expect(sent.map(({ at, note }) => `${note.jobId} ${at}`)).toEqual(['a 0', 'b 60', 'a 100', 'b 160'])
  })

  it('tells a cancellation at once, however short ago another change was', async () => {
    const { clock, announcer, sent } = setUp()
    announcer.tell({ jobId: 'a' })
    await clock.advance(1)

    announcer.tell({ jobId: 'a', cancelled: true })
    await clock.advance(1_000)

    expect(sent).toEqual([
      { at: 0, note: { jobId: 'a' } },
      { at: 1, note: { jobId: 'a', cancelled: true } },
    ])
  })

  it('begins anew after it was quiet, also when the next change comes as the pause ends', async () => {
    const { clock, announcer, sent } = setUp()
    announcer.tell({ jobId: 'a' })
    await clock.advance(100)
    announcer.tell({ jobId: 'a' })
    announcer.tell({ jobId: 'a' })
    await clock.advance(100)

    expect(sent.map(({ at }) => at)).toEqual([0, 100, 200])
  })

  // A loop that ended a moment before its end was known once left the job without anybody who looks at it again.
  it.each([0, 1, 2, 3, 4, 5])('loses no change that comes %i steps after the last pause has ended', async (steps) => {
    const clock = manualClock()
    const sent: string[] = []
    let isFirst = true
    const tellLater = async (): Promise<void> => {
      for (let step = 0; step < steps; step += 1) await Promise.resolve()
      announcer.tell({ jobId: 'b' })
      announcer.tell({ jobId: 'b' })
    }
    const announcer = createAnnouncer({
      announce: async ({ jobId }) => void sent.push(jobId),
      clock: {
        ...clock,
        async sleep(ms, signal) {
          await clock.sleep(ms, signal)
          if (isFirst) void tellLater()
          isFirst = false
        },
      },
      onError: (error) => expect.fail(String(error)),
    })

    announcer.tell({ jobId: 'a' })
    await clock.advance(1_000)

    expect(sent).toEqual(['a', 'b', 'b'])
  })

  it('keeps at most 100 notes on their way, cancellations besides, and tells the others when there is room', async () => {
    const slow = waiting()
    const { clock, announcer, sent } = setUp(slow.send)

    for (let job = 0; job < 300; job += 1) announcer.tell({ jobId: `job ${job}` })
    announcer.tell({ jobId: 'job 299', cancelled: true })
    const atFirst = sent.length
    slow.end()
    await clock.advance(100)
    slow.end()
    await clock.advance(100)
    slow.end()
    await clock.advance(1_000)

    expect(atFirst).toBe(101)
    expect(new Set(sent.map(({ note }) => note.jobId)).size).toBe(300)
  })

  it('remembers at most 10,000 jobs while the transport takes nothing', async () => {
    const { announcer, clock, sent } = setUp(waiting().send)

    for (let job = 0; job < 50_000; job += 1) announcer.tell({ jobId: `job ${job}` })
    const closing = announcer.close()
    await clock.advance(0)

    expect(sent.length).toBeLessThanOrEqual(10_000)
    void closing
  })

  it('tells what is left when it is closed, waits until it is sent, and tells nothing afterwards', async () => {
    const slow = waiting()
    const { announcer, sent, clock } = setUp(slow.send)
    announcer.tell({ jobId: 'a' })
    announcer.tell({ jobId: 'a' })
    announcer.tell({ jobId: 'b' })

    let isClosed = false
    const closing = announcer.close().then(() => (isClosed = true))
    await clock.advance(0)
    const closedBefore = isClosed
    slow.end()
    await closing
    announcer.tell({ jobId: 'c', cancelled: true })

    expect(closedBefore).toBe(false)
    expect(sent.map(({ note }) => note.jobId)).toEqual(['a', 'b', 'a'])
    expect(clock.sleeping).toBe(0)
  })

  it('reports a transport that throws, and goes on', async () => {
    const fault = new Error('broken')
    const { announcer, errors, clock, sent } = setUp(() => {
      throw fault
    })

    announcer.tell({ jobId: 'a' })
    announcer.tell({ jobId: 'b' })
    await clock.advance(0)

    expect(errors).toEqual([fault, fault])
    expect(sent).toHaveLength(2)
  })
})
