// The command with a Redis: workers are woken at once and servers count together; without it everything goes on, later.
import { startRedis } from '@ytscriptify/test-servers'
import { eventually } from '@ytscriptify/core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { API_KEY, SECRET_KEY, startServer } from './support/server.ts'
import { bulkIds, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace
let redis: Awaited<ReturnType<typeof startRedis>>
let env: Record<string, string>
beforeEach(async () => {
  place = await openWorkplace()
  redis = await startRedis()
  // By its old name, on the SQLite file that they share.
  env = { CELERY_BROKER_URL: redis.url, API_KEY, SECRET_KEY }
})
afterEach(async () => {
  await place.close()
  await redis.stop()
})

describe('with a Redis', () => {
  it('a worker in another process hears of a job at once, and so does whoever waits for it', async () => {
    const worker = place.start(['worker'], { env })
    await worker.until('stderr', /worker\.started/)
    const server = await startServer(place, { args: ['--no-worker'], env })
    const times: number[] = []

    for (const id of bulkIds(5)) {
      const start = performance.now()
      await server.ended(await server.submit([id]))
      times.push(performance.now() - start)
    }
    await server.stop()

    // Looking by themselves, the one finds it after 0 to 3 s, and the other its end after 0 to 1 s.
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(500)
  })

  it('two servers count requests together', async () => {
    const limited = { ...env, REQUEST_LIMIT: '5/hour' }
    const servers = await Promise.all([1, 2].map(() => startServer(place, { args: ['--no-worker'], env: limited })))

    const answers = await Promise.all(
      bulkIds(10).map((id, index) => servers[index % 2]!.ask('/transcribe', { method: 'POST', body: { urls: [id] } })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 202, 429, 429, 429, 429, 429])
  })

  it('that goes away, a server is degraded and serves on; the log says it once, without a flood', async () => {
    const server = await startServer(place, { env })
    await server.ended(await server.submit(['gettysburg1']))
    await redis.stop()

    const job = await server.ended(await server.submit(['fdr1933fear']))
    await server.ended(await server.submit(['aintiawoman']))
    const ready = await server.ask('/readyz')
    await server.stop()
    const { stderr } = await server.command.ended

    expect(job.status).toBe('completed')
    expect([ready.status, ready.body]).toEqual([200, { status: 'degraded', queue: 'unreachable' }])
    const told = stderr.split('\n').filter((line) => line.includes('engine.error'))
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThan(7) // Hints and notes, sent and received, and the connection itself.
  })
})

describe('metrics', () => {
  it('are shown by a server, for whoever has a key', async () => {
    const server = await startServer(place)
    await server.ended(await server.submit(['gettysburg1']))

    const open = await fetch(`${server.url}/metrics`)
    const keyed = await fetch(`${server.url}/metrics`, { headers: { 'X-API-Key': API_KEY } })
    const text = await keyed.text()

    expect(open.status).toBe(401)
    expect(keyed.status).toBe(200)
    expect(text).toMatch(/^ytscriptify_attempts_total\{.*outcome="completed".*\} 1$/m)
    expect(text).toMatch(/^ytscriptify_storage_up 1$/m)
  })

  it('are shown by a worker where METRICS_PORT says, with its health and nothing else', async () => {
    const worker = place.start(['worker'], { env: { METRICS_PORT: '0' } })
    const [, url = ''] = await worker.until('stderr', /operations\.started url=(\S+)/)
    await worker.until('stderr', /worker\.started/)

    const statuses = await Promise.all(
      ['/livez', '/readyz', '/metrics', '/jobs'].map(async (path) => (await fetch(url + path)).status),
    )
    worker.child.kill('SIGTERM')

    expect(statuses).toEqual([200, 200, 200, 404])
    expect((await worker.ended).code).toBe(0)
  })

  it('of a worker want its key, where it has one', async () => {
    const worker = place.start(['worker'], { env: { METRICS_PORT: '0', API_KEY } })
    const [, url = ''] = await worker.until('stderr', /operations\.started url=(\S+)/)

    const open = await fetch(`${url}/metrics`)
    const keyed = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${API_KEY}` } })

    expect([open.status, keyed.status]).toEqual([401, 200])
  })

  it('of a worker whose port is taken end it at once, naming the setting', async () => {
    const server = await startServer(place)

    const { stderr, code } = await place.run(['worker'], { env: { METRICS_PORT: new URL(server.url).port } })

    expect(stderr).toContain('hint: METRICS_PORT names another port; 0 takes a free one.')
    expect(code).toBe(2)
  })
})

describe('what goes on, over HTTP', () => {
  it('is what inspect says', async () => {
    place.youtube.behave({ how: 'hang' })
    const server = await startServer(place)
    await server.submit(['bulk0000001'])
    await eventually(() => place.youtube.requests.length === 1, { what: 'the video is asked for' })

    const shown = await place.run(['inspect', 'active', '--json'])
    const asked = await server.ask('/inspect/active')

    expect(asked.body.active).toMatchObject(
      JSON.parse(shown.stdout).active.map(({ lease_until: _, ...rest }: object & { lease_until: string }) => rest),
    )
  })
})
