import { memoryStorage } from '@ytscriptify/adapter-memory'
import { TranscriptionError, createEmitter, createTranscriptionService, type WorkerOptions } from '@ytscriptify/core'
import {
  answering,
  eventually,
  failing,
  fakeNotifier,
  fakeSource,
  hanging,
  manualClock,
} from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { createHttpHandler } from '../src/index.ts'
import { createMetrics } from '../src/metrics/index.ts'
import { parseExposition } from './exposition.ts'
import { setUp, type SetUpOptions } from './set-up.ts'

const RECEIVER = 'https://receiver.test/hook'

/** Each sample by its name and labels, as they are written. */
function samplesOf(text: string): Readonly<Record<string, number>> {
  const samples = [...parseExposition(text).values()].flatMap((family) => family.samples)
  return Object.fromEntries(
    samples.map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(([label, labelValue]) => `${label}="${labelValue}"`)
      return [pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name, value]
    }),
  )
}

/** The API, with a worker whose second tries come at once, and its metrics as they are read. */
async function working({ worker: workerOptions, ...options }: SetUpOptions & { readonly worker?: WorkerOptions } = {}) {
  const api = await setUp({ ...options, metrics: { storageFreshMs: 0, ...options.metrics } })
  const worker = api.service.createWorker({
    soonRetry: { retries: 0 },
    retry: { baseMs: 1, maxFailures: 2 },
    deliveries: { delaysMs: [0] },
    ...workerOptions,
  })
  const scrape = async () => samplesOf((await api.request('/metrics')).text)
  return { ...api, worker, scrape }
}

describe('GET /metrics', () => {
  it('is text in the format of Prometheus, also with the metrics of the process', async () => {
    const { request } = await setUp({ metrics: { processMetrics: 'on' } })

    const { status, headers, text } = await request('/metrics')

    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const names = [...parseExposition(text).keys()]
    expect(names).toContain('nodejs_heap_size_used_bytes')
    const foreign = names.filter((name) => !/^(ytscriptify|process|nodejs)_/.test(name))
    expect(foreign).toEqual([])
  })

  it('keeps to itself: two of them in one process count apart', async () => {
    const first = await working()
    const second = await working()

    await first.service.submit({ urls: ['aaaaaaaaaaa'] })

    expect((await first.scrape())['ytscriptify_jobs_created_total']).toBe(1)
    expect((await second.scrape())['ytscriptify_jobs_created_total']).toBe(0)
  })

  it('needs a key like other routes, which Prometheus sends as a Bearer token', async () => {
    const { request } = await setUp()

    const without = await request('/metrics', { key: null })
    const withKey = await request('/metrics', { key: null, headers: { authorization: 'Bearer key-of-anna' } })

    expect([without.status, withKey.status]).toEqual([401, 200])
  })

  it('can be opened to a network that is trusted, and says so in the description', async () => {
    const { request } = await setUp({ metricsAccess: 'open' })

    const metrics = await request('/metrics', { key: null })
    const { json } = await request('/openapi.json')

    expect(metrics.status).toBe(200)
    expect(json.paths['/metrics'].get.security).toEqual([])
    expect((await request('/jobs', { key: null })).status).toBe(401)
  })

  it('is not there where nobody asked for it', async () => {
    const { service } = await setUp()
    const handler = createHttpHandler(service, { auth: 'none' })

    const metrics = await handler(new Request('http://api.test/metrics'))
    const description = await handler(new Request('http://api.test/openapi.json'))

    expect(metrics.status).toBe(404)
    expect(await description.text()).not.toContain('/metrics')
  })
})

describe('what a process has done', () => {
  it('is counted as it happened: jobs, videos, attempts and callbacks', async () => {
    const { service, worker, scrape } = await working({
      source: {
        videos: {
          bbbbbbbbbbb: failing('video_private'),
          ccccccccccc: [failing('source_unreachable'), 'At the second try.'],
          ddddddddddd: failing('source_timeout'),
        },
      },
      service: { notifier: fakeNotifier({ receivers: { [RECEIVER]: [answering(500), answering(410)] } }) },
    })
    const mixed = await service.submit({
      urls: ['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'],
      callbackUrl: 'https://example.test/hook',
    })
    const failed = await service.submit({ urls: ['ddddddddddd'], callbackUrl: RECEIVER })
    worker.start()
    await Promise.all([mixed, failed].map(({ job }) => service.waitForEnd(job.id)))
    const again = await service.submit({ urls: ['aaaaaaaaaaa'] })
    await service.waitForEnd(again.job.id)
    await eventually(async () => (await scrape())['ytscriptify_deliveries_total{outcome="failed"}'] === 1, {
      what: 'a callback is given up',
    })
    await worker.stop()

    expect(await scrape()).toMatchObject({
      ytscriptify_jobs_created_total: 3,
      'ytscriptify_jobs_ended_total{status="completed"}': 2,
      'ytscriptify_jobs_ended_total{status="failed"}': 1,
      'ytscriptify_jobs_ended_total{status="cancelled"}': 0,
      'ytscriptify_transcripts_ended_total{status="completed",code="none"}': 3,
      'ytscriptify_transcripts_ended_total{status="failed",code="video_private"}': 1,
      'ytscriptify_transcripts_ended_total{status="failed",code="source_timeout"}': 1,
      ytscriptify_transcripts_reused_total: 1,
      'ytscriptify_attempts_total{outcome="completed",code="none"}': 3,
      'ytscriptify_attempts_total{outcome="failed",code="video_private"}': 1,
      'ytscriptify_attempts_total{outcome="retry",code="source_unreachable"}': 1,
      'ytscriptify_attempts_total{outcome="retry",code="source_timeout"}': 1,
      'ytscriptify_attempts_total{outcome="failed",code="source_timeout"}': 1,
      'ytscriptify_attempt_duration_seconds_count{outcome="completed"}': 2,
      'ytscriptify_attempt_duration_seconds_count{outcome="retry"}': 2,
      'ytscriptify_deliveries_total{outcome="delivered"}': 1,
      'ytscriptify_deliveries_total{outcome="retry"}': 1,
      'ytscriptify_deliveries_total{outcome="failed"}': 1,
      'ytscriptify_jobs_open{status="pending"}': 0,
      'ytscriptify_jobs_open{status="processing"}': 0,
    })
  })

  it('tells of a gate that closed, and of what waits behind it until it is cancelled', async () => {
    const { service, worker, scrape } = await working({
      source: { videos: { aaaaaaaaaaa: failing('source_blocked') } },
      worker: { concurrency: 1 },
    })
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa', 'bbbbbbbbbbb'] })
    worker.start()
    await eventually(async () => (await scrape())['ytscriptify_gate_closed{source="fake",key="fake"}'] === 1, {
      what: 'the gate closes',
    })

    const closed = await scrape()
    await service.cancel(job.id)
    await worker.stop()

    expect(closed).toMatchObject({
      'ytscriptify_gate_closings_total{source="fake",key="fake"}': 1,
      'ytscriptify_attempts_total{outcome="refused",code="source_blocked"}': 1,
    })
    expect(await scrape()).toMatchObject({
      'ytscriptify_jobs_ended_total{status="cancelled"}': 1,
      'ytscriptify_transcripts_ended_total{status="cancelled",code="none"}': 2,
    })
  })

  it('tells results that came too late and leases that were lost from those that counted', async () => {
    const events = createEmitter()
    const { service, worker, scrape } = await working({
      source: { otherwise: hanging },
      service: { events },
      worker: { renewMs: 1 },
    })
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'] })
    worker.start()
    await eventually(() => worker.stats().running === 1, { what: 'the video is worked on' })

    await service.cancel(job.id)
    await eventually(() => worker.stats().running === 0, { what: 'its attempt is aborted' })
    await worker.stop()
    events.emit('transcript.stale', { jobId: job.id, position: 0, videoId: 'aaaaaaaaaaa', attempt: 1 })

    expect(await scrape()).toMatchObject({
      'ytscriptify_attempts_total{outcome="lost",code="none"}': 1,
      ytscriptify_leases_lost_total: 1,
      ytscriptify_stale_results_total: 1,
    })
  })

  it('counts faults of the engine by what they interrupted, deleted jobs, and faults of the queue', async () => {
    const events = createEmitter()
    const storage = memoryStorage()
    const service = createTranscriptionService({ storage, source: fakeSource(), events })
    const metrics = createMetrics({ service, processMetrics: 'off' })

    events.emit('engine.error', { error: new Error('away'), during: 'claim' })
    events.emit('jobs.purged', { count: 50 })
    events.emit('jobs.purged', { count: 7 })
    metrics.countQueueFault(new Error('connect ECONNREFUSED'))

    expect(samplesOf((await metrics.scrape()).body)).toMatchObject({
      'ytscriptify_engine_errors_total{during="claim"}': 1,
      ytscriptify_jobs_purged_total: 57,
      ytscriptify_queue_faults_total: 1,
    })
  })

  it('begins at 0 where the labels are known, so that the first event is an increase', async () => {
    const { scrape } = await working()

    const samples = await scrape()

    for (const name of [
      'ytscriptify_jobs_ended_total{status="failed"}',
      'ytscriptify_transcripts_ended_total{status="completed",code="none"}',
      'ytscriptify_attempts_total{outcome="completed",code="none"}',
      'ytscriptify_deliveries_total{outcome="failed"}',
      'ytscriptify_stale_results_total',
      'ytscriptify_leases_lost_total',
    ])
      expect({ name, value: samples[name] }).toEqual({ name, value: 0 })
  })
})

describe('requests', () => {
  it('are counted by method, route and status, with the time they took', async () => {
    const clock = manualClock()
    const { request, scrape, service } = await working({ clock })
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    await request(`/job_status/${job.id}`)
    await request(`/job_status/${job.id}`, { key: null })
    await request('/nothing')

    expect(await scrape()).toMatchObject({
      'ytscriptify_http_requests_total{method="GET",route="/job_status/{id}",status="200"}': 1,
      'ytscriptify_http_requests_total{method="GET",route="/job_status/{id}",status="401"}': 1,
      'ytscriptify_http_requests_total{method="GET",route="*",status="404"}': 1,
      'ytscriptify_http_request_duration_seconds_count{method="GET",route="/job_status/{id}"}': 2,
      'ytscriptify_http_request_duration_seconds_sum{method="GET",route="/job_status/{id}"}': 0,
    })
  })

  it('make no more series the more paths and methods are tried', async () => {
    const { request, scrape } = await working()
    const ask = async (round: number) => {
      await request(`/nothing/${round}`)
      await request(`/job_status/01938f4e-7a00-7c3b-8d2e-${String(round).padStart(12, '0')}`)
      await request('/jobs', { method: `METHOD${round}` })
    }
    await ask(0)
    await scrape()
    const before = Object.keys(await scrape()).length

    for (let round = 1; round <= 100; round += 1) await ask(round)

    expect(Object.keys(await scrape())).toHaveLength(before)
  })
})

describe('labels whose values come from elsewhere', () => {
  it('are bounded: gates, sources and loops beyond the bound are "other"', async () => {
    const events = createEmitter()
    const memory = memoryStorage()
    const gates = Array.from({ length: 500 }, (_, index) => ({
      key: `gate ${index}`,
      source: `source ${index}`,
      closings: 1,
      openings: 0,
      ...(index >= 498 && { closedUntil: 1 }),
    }))
    const storage = { ...memory, listGates: async () => gates }
    const { scrape } = await working({ storage, service: { events } })
    for (let loop = 0; loop < 500; loop += 1) events.emit('engine.error', { error: undefined, during: `loop ${loop}` })
    for (const gate of gates)
      events.emit('gate.closed', {
        gate,
        until: new Date(0),
        error: { code: 'source_blocked', message: '', hint: '', retryable: true },
      })

    const samples = await scrape()

    const seriesOf = (name: string) => Object.keys(samples).filter((sample) => sample.startsWith(`${name}{`)).length
    expect(seriesOf('ytscriptify_engine_errors_total')).toBe(51)
    expect(seriesOf('ytscriptify_gate_closings_total')).toBe(51)
    expect(seriesOf('ytscriptify_gate_closed')).toBe(51)
    expect(samples['ytscriptify_gate_closed{source="other",key="other"}']).toBe(2)
  })
})

describe('what the storage says', () => {
  it('is how much there is to do, how long it has waited, and who is there to do it', async () => {
    const clock = manualClock()
    const { service, scrape } = await working({ storage: memoryStorage({ clock }), metrics: { clock } })
    await service.submit({ urls: ['aaaaaaaaaaa', 'bbbbbbbbbbb'] })
    await clock.advance(90_000)

    const samples = await scrape()

    expect(samples).toMatchObject({
      ytscriptify_storage_up: 1,
      'ytscriptify_jobs_open{status="pending"}': 1,
      'ytscriptify_transcripts_open{state="due"}': 2,
      'ytscriptify_transcripts_open{state="waiting"}': 0,
      'ytscriptify_transcripts_open{state="processing"}': 0,
      ytscriptify_transcripts_oldest_due_age_seconds: 90,
      'ytscriptify_deliveries_open{state="due"}': 0,
      ytscriptify_deliveries_oldest_due_age_seconds: 0,
      'ytscriptify_workers{state="alive"}': 0,
      'ytscriptify_workers{state="lost"}': 0,
    })
  })

  it('tells workers that are alive from those that are lost', async () => {
    const clock = manualClock()
    const storage = memoryStorage({ clock })
    const { scrape } = await working({ storage, metrics: { clock } })
    const renew = (id: string) => storage.renew({ worker: { id, name: id, leaseMs: 30_000 }, leases: [] })
    await renew('a')
    await clock.advance(90_000)
    await renew('b')

    expect(await scrape()).toMatchObject({
      'ytscriptify_workers{state="alive"}': 1,
      'ytscriptify_workers{state="lost"}': 1,
    })
  })

  it('is asked once in a few seconds, however many scrape at the same time', async () => {
    const clock = manualClock()
    const memory = memoryStorage({ clock })
    let asked = 0
    const stats = async () => ((asked += 1), memory.stats())
    const { request } = await setUp({ storage: { ...memory, stats }, metrics: { clock } })
    const scrapeAll = () => Promise.all(Array.from({ length: 50 }, () => request('/metrics')))

    await scrapeAll()
    await clock.advance(4_999)
    await scrapeAll()
    expect(asked).toBe(1)

    await clock.advance(1)
    await scrapeAll()
    expect(asked).toBe(2)
  })

  it('is left out while the storage is away, and the rest is still told', async () => {
    let isAway = false
    const memory = memoryStorage()
    const stats = async () => {
      if (isAway) throw new TranscriptionError('storage_unavailable', 'connect ECONNREFUSED db.internal:5432')
      return memory.stats()
    }
    const errors: unknown[] = []
    const { service, request, scrape, faults } = await working({
      storage: { ...memory, stats },
      metrics: { onError: (error) => void errors.push(error) },
    })
    await service.submit({ urls: ['aaaaaaaaaaa'] })
    await scrape()

    isAway = true
    const { status, text } = await request('/metrics')
    const away = samplesOf(text)
    isAway = false
    const back = await scrape()

    expect(status).toBe(200)
    expect(text).not.toContain('db.internal')
    expect(away).toMatchObject({ ytscriptify_storage_up: 0, ytscriptify_jobs_created_total: 1 })
    expect(Object.keys(away).filter((name) => /_open|_oldest|_gate_closed|_workers/.test(name))).toEqual([])
    expect(back).toMatchObject({ ytscriptify_storage_up: 1, 'ytscriptify_jobs_open{status="pending"}': 1 })
    expect(errors).toHaveLength(1)
    expect(faults).toEqual([])
  })

  it('is waited for three seconds and no longer, and asked again later', async () => {
    const clock = manualClock()
    const memory = memoryStorage()
    let isHanging = true
    let asked = 0
    const stats = () => ((asked += 1), isHanging ? new Promise<never>(() => {}) : memory.stats())
    const { request } = await setUp({ storage: { ...memory, stats }, metrics: { clock } })

    const scrapes = [request('/metrics'), request('/metrics')]
    await clock.advance(3_000)
    const texts = (await Promise.all(scrapes)).map(({ text }) => text)
    isHanging = false
    const soon = await request('/metrics')
    await clock.advance(5_000)
    const later = await request('/metrics')

    const upOf = (text: string) => samplesOf(text)['ytscriptify_storage_up']
    expect([...texts, soon.text, later.text].map(upOf)).toEqual([0, 0, 0, 1])
    expect(asked).toBe(2)
    expect(clock.sleeping).toBe(0)
  })
})

describe('the queue', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('that says isConnected() = %s is %i', async (isConnected, value) => {
    const { scrape } = await working({ metrics: { queue: { isConnected: () => isConnected } } })

    expect((await scrape())['ytscriptify_queue_connected']).toBe(value)
  })

  it('without a transport has no such metric', async () => {
    const { request } = await setUp({ metrics: { queue: {} } })

    expect((await request('/metrics')).text).not.toContain('ytscriptify_queue_connected')
  })
})
