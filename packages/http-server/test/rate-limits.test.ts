import { describeRateLimitStore, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { memoryRateLimitStore } from '../src/rate-limit/memory-rate-limit-store.ts'
import { rateLimits, type LimitedRequest, type RateLimitOptions } from '../src/rate-limit/rate-limits.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function setUp(options: RateLimitOptions = {}) {
  const clock = manualClock()
  return { limits: rateLimits({ clock, ...options }), clock }
}

const submission: LimitedRequest = { method: 'POST', route: '/transcribe', submits: true, caller: 'alice' }
const look: LimitedRequest = { method: 'GET', route: '/job_status/{id}', submits: false, caller: 'alice' }

describeRateLimitStore({
  runner: { describe, it },
  createHarness: async () => {
    const clock = manualClock()
    const store = memoryRateLimitStore({ clock })
    return { store, another: async () => store, advance: clock.advance, dispose: async () => undefined }
  },
})

describe('limits of callers', () => {
  it('lets through as many requests as the limit says, then none until the window is over', async () => {
    const { limits, clock } = setUp({ request: '2/hour' })
    await limits.take(submission)
    await clock.advance(59 * MINUTE)

    expect(await limits.take(submission)).toMatchObject({ allowed: true })
    expect(await limits.take(submission)).toMatchObject({ allowed: false, retryAfterMs: MINUTE })

    await clock.advance(MINUTE)
    expect(await limits.take(submission)).toMatchObject({ allowed: true })
  })

  it('lets through exactly the limit of 1,000 requests at once', async () => {
    const { limits } = setUp({ request: '100/hour' })

    const verdicts = await Promise.all(Array.from({ length: 1_000 }, () => limits.take(submission)))

    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(100)
  })

  it('counts each caller for itself', async () => {
    const { limits } = setUp({ request: '1/hour' })
    await limits.take(submission)

    expect(await limits.take({ ...submission, caller: 'bob' })).toMatchObject({ allowed: true })
    expect(await limits.take(submission)).toMatchObject({ allowed: false })
  })

  it('counts what makes work and what only looks apart from each other', async () => {
    const { limits } = setUp({ request: '1/hour', read: '2/minute' })
    await limits.take(submission)

    expect(await limits.take(look)).toMatchObject({ allowed: true })
    expect(await limits.take({ ...submission, route: '/job_status/{id}/retry' })).toMatchObject({ allowed: false })
  })

  it('takes 100 submissions an hour and 600 other requests a minute where nothing else is said', async () => {
    const { limits } = setUp()

    expect((await limits.take(submission)).headers['RateLimit-Policy']).toBe('"request";q=100;w=3600')
    expect((await limits.take(look)).headers['RateLimit-Policy']).toBe('"read";q=600;w=60')
  })

  it('takes nothing out of any window when one of them is used up', async () => {
    const { limits, clock } = setUp({ request: '1/second;3/hour' })
    await limits.take(submission)
    for (let refused = 0; refused < 5; refused += 1) await limits.take(submission)
    await clock.advance(1_000)

    const verdict = await limits.take(submission)

    expect(verdict.headers['RateLimit']).toBe('"request-second";r=0;t=1, "request-hour";r=1;t=3599')
  })
})

describe('limits of routes', () => {
  it('gives a route a limit of its own, which leaves the others alone', async () => {
    const { limits } = setUp({ request: '1/hour', routes: { 'post  /transcribe': '2/minute' } })
    await limits.take(submission)

    expect(await limits.take(submission)).toMatchObject({ allowed: true })
    expect(await limits.take(submission)).toMatchObject({ allowed: false, violated: ['post  /transcribe'] })
    expect(await limits.take({ ...submission, route: '/job_status/{id}/retry' })).toMatchObject({ allowed: true })
  })

  it('takes the limit of a route away with "off"', async () => {
    const { limits } = setUp({ read: '1/hour', routes: { 'GET /job_status/{id}': 'off' } })
    await limits.take(look)

    expect(await limits.take(look)).toEqual({ allowed: true, headers: {}, violated: [] })
    expect(await limits.take({ ...look, method: 'HEAD' })).toEqual({ allowed: true, headers: {}, violated: [] })
  })

  it('names routes that do not exist, and lists those that do', () => {
    expect(() => rateLimits({ routes: { 'post /transcribe': '1/hour' } })).not.toThrow()
    expect(() => rateLimits({ routes: { 'POST /jobs': 'off' } })).toThrow(
      /^There is no route "POST \/jobs" to limit. There are: POST \/transcribe, .+, GET \/jobs, /,
    )
  })

  it('are refused for routes that are open to everybody, where nobody counts', () => {
    expect(() => rateLimits({ routes: { 'GET /livez': '1/minute' } })).toThrow('There is no route "GET /livez"')
  })

  it('names the route whose limit cannot be read', () => {
    expect(() => rateLimits({ routes: { 'GET /jobs': 'often' } })).toThrow('GET /jobs: "often" is not a list of limits')
  })
})

describe('what an answer says of limits', () => {
  it('names the policy, what is left of it, and when it is full again', async () => {
    const { limits, clock } = setUp({ request: '100/hour' })
    await limits.take(submission)
    await clock.advance(HOUR / 2)

    const { headers } = await limits.take(submission)

    expect(headers).toEqual({ 'RateLimit-Policy': '"request";q=100;w=3600', RateLimit: '"request";r=98;t=1800' })
  })

  it('says when to come again, and which policies refuse', async () => {
    const { limits, clock } = setUp({ request: '1/second;2/day' })
    await limits.take(submission)
    await clock.advance(1_500)
    await limits.take(submission)

    const verdict = await limits.take(submission)

    expect(verdict.violated).toEqual(['request-second', 'request-day'])
    expect(verdict.headers['Retry-After']).toBe('86399')
    expect(verdict.headers['RateLimit-Policy']).toBe('"request-second";q=1;w=1, "request-day";q=2;w=86400')
  })
})

describe('limits of wrong keys', () => {
  const wrongKeysOf = async (address: string | undefined, options: RateLimitOptions = { wrongKeys: '1/minute' }) => {
    const { limits } = setUp(options)
    await limits.takeWrongKey(address)
    return (other: string | undefined) => limits.takeWrongKey(other)
  }

  it('lets ten a minute come from one address', async () => {
    const { limits } = setUp()
    const verdicts = []

    for (let count = 0; count < 11; count += 1) verdicts.push(await limits.takeWrongKey('192.0.2.1'))

    expect(verdicts.map(({ allowed }) => allowed)).toEqual([...Array.from({ length: 10 }, () => true), false])
    expect(verdicts[10]?.headers['Retry-After']).toBe('60')
    expect(await limits.takeWrongKey('192.0.2.2')).toMatchObject({ allowed: true })
  })

  it.each([
    ['192.0.2.1', '::ffff:192.0.2.1'],
    ['192.0.2.1', '::FFFF:c000:201'],
    ['2001:db8::1', '2001:DB8:0:0:ffff:ffff:ffff:ffff'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    [undefined, undefined],
    [undefined, 'not an address'],
  ])('counts %s and %s as one', async (first, second) => {
    const takeWrongKey = await wrongKeysOf(first)

    expect(await takeWrongKey(second)).toMatchObject({ allowed: false, violated: ['wrong-key'] })
  })

  it.each([
    ['192.0.2.1', '192.0.2.2'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['::1', '1::'],
    ['192.0.2.1', undefined],
  ])('counts %s and %s apart', async (first, second) => {
    const takeWrongKey = await wrongKeysOf(first)

    expect(await takeWrongKey(second)).toMatchObject({ allowed: true })
  })
})

describe('a store of limits', () => {
  it('that fails is stood in for by this process, and its fault is told', async () => {
    const fault = new Error('connection refused')
    const { limits } = setUp({ request: '1/hour', wrongKeys: '1/minute', store: { take: () => Promise.reject(fault) } })

    const first = await limits.take(submission)
    const second = await limits.take(submission)
    const wrong = [await limits.takeWrongKey('192.0.2.1'), await limits.takeWrongKey('192.0.2.1')]

    expect([first, second].map(({ allowed }) => allowed)).toEqual([true, false])
    expect(wrong.map(({ allowed }) => allowed)).toEqual([true, false])
    expect([first, second, ...wrong].map((verdict) => verdict.fault)).toEqual([fault, fault, fault, fault])
  })

  it('is asked once for all windows of a request', async () => {
    const calls: unknown[] = []
    const memory = memoryRateLimitStore()
    const store = { take: (...args: Parameters<typeof memory.take>) => (calls.push(args), memory.take(...args)) }
    const { limits } = setUp({ request: '1/second;100/day', store })

    await limits.take(submission)

    expect(calls).toEqual([
      [
        [
          { key: 'request-second:alice', limit: 1, windowMs: 1_000 },
          { key: 'request-day:alice', limit: 100, windowMs: 24 * HOUR },
        ],
      ],
    ])
  })

  it('in memory forgets the window that was looked at longest ago when it is full', async () => {
    const store = memoryRateLimitStore({ maxKeys: 2, clock: manualClock() })
    const take = async (key: string) => (await store.take([{ key, limit: 9, windowMs: HOUR }]))[0]?.remaining
    await take('a')
    await take('b')
    await take('c')

    const remaining = [await take('b'), await take('c'), await take('a')]

    expect(remaining.filter((left) => left === 8)).toHaveLength(1)
    expect(remaining.filter((left) => left === 7)).toHaveLength(2)
  })

  it('in memory drops what is over as fast as new windows come', async () => {
    const clock = manualClock()
    const store = memoryRateLimitStore({ clock })

    for (let minute = 0; minute < 20; minute += 1) {
      for (let address = 0; address < 1_000; address += 1)
        await store.take([{ key: `${minute} ${address}`, limit: 10, windowMs: MINUTE }])
      await clock.advance(MINUTE)
    }

    expect(store.size).toBeLessThanOrEqual(2_000)
  })
})
