// Which way a video takes, and what becomes of a way on which YouTube refuses us.
import { TranscriptionError, systemClock, type Clock } from '@ytscriptify/core'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { createEgressPool } from '../src/egress-pool.ts'
import { createPassages, ticketOf, type Passage } from '../src/passage.ts'

const NEVER = new AbortController().signal

interface SetUp {
  readonly ways?: readonly string[]
  readonly concurrency?: number
  readonly clock?: Clock
}

/** Ways with these names; the work for a video is told by which of them it goes. */
function setUp({ ways = ['a', 'b'], concurrency = 4, clock = systemClock }: SetUp = {}) {
  const pool = createEgressPool({
    egresses: ways.map((label) => ({
      label,
      rotates: false,
      connect: () => ({ send: () => Promise.reject(new Error('Nothing is sent here.')), close: async () => undefined }),
    })),
    concurrency,
    minGapMs: 0,
    translationGapMs: 0,
    clock,
    random: () => 0.5,
  })
  const transportOf =
    (_connection: unknown, { egress }: { egress: { label?: string } }) =>
    async () =>
      egress.label ?? ''
  const travel = createPassages({ pool, transportOf, clock })

  async function fetchOn(
    work: (way: string, passage: Passage) => Promise<string>,
    lane: 'videos' | 'translations' = 'videos',
  ) {
    const ticket = ticketOf(await pool.admit(NEVER))
    try {
      return await travel({ ticket, lane, signal: NEVER }, async (passage) => {
        const way = await passage.transport({ subject: '', url: new URL('https://www.youtube.com'), signal: NEVER })
        return work(way, passage)
      })
    } finally {
      ticket.release()
    }
  }
  return { pool, fetchOn }
}

const refusal = (retryAt?: Date): TranscriptionError =>
  new TranscriptionError('source_rate_limited', 'Slow down.', { ...(retryAt && { retryAt }) })

/** Refuses on these ways; elsewhere gives the name of the way. */
const refusingOn =
  (...refusing: string[]) =>
  async (way: string): Promise<string> => {
    if (refusing.includes(way)) throw refusal()
    return way
  }

describe('several ways to YouTube', () => {
  it('are taken in turn', async () => {
    const { fetchOn } = setUp({ ways: ['a', 'b', 'c'] })
    const taken: string[] = []
    for (let video = 0; video < 6; video += 1) taken.push(await fetchOn(refusingOn()))

    expect(taken).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  it('have a limit each: so many videos at a time, the least busy way first', async () => {
    const { pool } = setUp({ concurrency: 2 })
    const places = await Promise.all(Array.from({ length: 4 }, () => pool.admit(NEVER)))

    expect(places.map(({ way }) => way.egress.label).toSorted()).toEqual(['a', 'a', 'b', 'b'])

    let admitted: string | undefined
    void pool.admit(NEVER).then(({ way }) => (admitted = way.egress.label))
    for (const place of places) place.release()
    await expect.poll(() => admitted).toBeDefined()
  })

  it('stand in for one another: where YouTube refuses a video on one, it takes another, and those behind it too', async () => {
    const { fetchOn } = setUp()

    const taken = [await fetchOn(refusingOn('a')), await fetchOn(refusingOn()), await fetchOn(refusingOn())]

    expect(taken).toEqual(['b', 'b', 'b'])
  })

  it('refuse together only when all of them do, with the moment when the first opens again', async () => {
    const clock = manualClock()
    const { fetchOn } = setUp({ clock })
    const inAMinute = new Date(clock.now() + 60_000)
    const work = async (way: string): Promise<string> => {
      throw way === 'a' ? refusal(inAMinute) : refusal(new Date(clock.now() + 3_600_000))
    }

    await expect(fetchOn(work)).rejects.toMatchObject({ code: 'source_rate_limited', retryAt: inAMinute })
  })

  it('keep a video that YouTube has spoken of', async () => {
    const { fetchOn } = setUp()
    const asked: string[] = []

    const fetching = fetchOn(async (way) => {
      asked.push(way)
      throw new TranscriptionError('video_private', 'It is private.')
    })

    await expect(fetching).rejects.toMatchObject({ code: 'video_private' })
    expect(asked).toEqual(['a'])
  })
})

describe('a way on which YouTube has refused us', () => {
  it('lets nobody in until its pause is over, then one alone, and everybody after an answer', async () => {
    const clock = manualClock()
    const { pool, fetchOn } = setUp({ ways: ['a'], clock })
    await expect(fetchOn(refusingOn('a'))).rejects.toThrow('Slow down.')
    let admitted = 0
    const waiting = Array.from({ length: 3 }, async () => {
      const place = await pool.admit(NEVER)
      admitted += 1
      return place
    })

    await clock.advance(29_999)
    expect(admitted).toBe(0)
    await clock.advance(1)
    expect(admitted).toBe(1)

    const [place] = await Promise.race(waiting.map(async (one) => [await one]))
    place?.way.breakers.videos.answered()
    place?.release()
    await clock.advance(0)
    expect(admitted).toBe(3)
  })

  it('lets nobody in who was waiting for a place when it closed', async () => {
    const clock = manualClock()
    const { pool } = setUp({ ways: ['a'], concurrency: 1, clock })
    const place = await pool.admit(NEVER)
    let admitted = 0
    void pool.admit(NEVER).then(() => (admitted += 1))
    await clock.advance(0)

    place.way.breakers.videos.refused(undefined)
    place.release()

    await clock.advance(29_999)
    expect(admitted).toBe(0)
    await clock.advance(1)
    expect(admitted).toBe(1)
  })

  it('pauses twice as long each time, up to five minutes, and as long as YouTube says where it says so', async () => {
    const clock = manualClock()
    const { pool, fetchOn } = setUp({ ways: ['a'], clock })
    const pauses: number[] = []
    const refuse = async (error: TranscriptionError): Promise<void> => {
      await expect(fetchOn(() => Promise.reject(error))).rejects.toThrow('Slow down.')
      pauses.push(pool.waitMs('videos'))
      await clock.advance(pool.waitMs('videos'))
    }

    for (let time = 0; time < 6; time += 1) await refuse(refusal())
    await refuse(refusal(new Date(clock.now() + 3_600_000)))

    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 3_600_000])
  })

  it('is waited for under the signal of each who waits', async () => {
    const { pool, fetchOn } = setUp({ ways: ['a'] })
    await expect(fetchOn(refusingOn('a'))).rejects.toThrow()
    const controller = new AbortController()
    const reason = new Error('nobody wants it')
    const waiting = pool.admit(controller.signal)

    controller.abort(reason)

    await expect(waiting).rejects.toBe(reason)
  })

  it('is not reopened by an answer that was on its way when it closed', async () => {
    const { pool } = setUp({ ways: ['a'] })
    const place = await pool.admit(NEVER)
    place.way.breakers.videos.refused(60_000)
    place.way.breakers.videos.answered()

    expect(pool.waitMs('videos')).toBeGreaterThan(0)
  })

  it('is closed to translations alone when it refused one', async () => {
    const { pool, fetchOn } = setUp()
    const translate = (refusing: string) =>
      fetchOn((way, passage) => passage.translating(() => refusingOn(refusing)(way)), 'translations')

    expect([await translate('a'), await translate('a')]).toEqual(['b', 'b'])
    expect(await fetchOn(refusingOn())).toBe('a')
    expect(pool.waitMs('videos')).toBe(0)
  })

  it('has its place back when a video has moved on', async () => {
    const clock = manualClock()
    const { pool, fetchOn } = setUp({ concurrency: 1, clock })

    await fetchOn(refusingOn('a'))

    await clock.advance(30_000)
    const places = await Promise.all([pool.admit(NEVER), pool.admit(NEVER)])
    expect(places.map(({ way }) => way.egress.label).toSorted()).toEqual(['a', 'b'])
  })
})
