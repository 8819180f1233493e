import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { eventually, fakeSource } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { apiKeys, createHttpServer, type HttpServerOptions } from '../src/index.ts'
import { createMetrics } from '../src/metrics/index.ts'
import { parseExposition } from './exposition.ts'

/** A process that only works, and shows how it is. */
async function workerProcess(options: Partial<HttpServerOptions> = {}) {
  const service = createTranscriptionService({ storage: memoryStorage(), source: fakeSource() })
  const metrics = createMetrics({ service, processMetrics: 'off', storageFreshMs: 0 })
  const auth = apiKeys({ prometheus: 'key-of-prometheus' })
  const server = createHttpServer(service, { auth, metrics, only: 'operations', port: 0, ...options })
  const { url } = await server.listen()
  onTestFinished(async () => {
    await server.close({ idleMs: 0, drainMs: 1_000 })
    await service.close()
  })
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers })
  return { service, get }
}

const BEARER = { authorization: 'Bearer key-of-prometheus' }

describe('a process that only works', () => {
  it('shows its health and its metrics, and nothing else', async () => {
    const { get } = await workerProcess()
    const paths = ['/livez', '/readyz', '/metrics', '/jobs', '/inspect/stats', '/openapi.json']

    const answers = await Promise.all(paths.map((path) => get(path, BEARER)))

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404, 404])
  })

  it('asks for a key before it shows its metrics, unless they are open', async () => {
    const keyed = await workerProcess()
    const open = await workerProcess({ metricsAccess: 'open' })

    expect((await keyed.get('/metrics')).status).toBe(401)
    expect((await keyed.get('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await open.get('/metrics')).status).toBe(200)
  })

  it('tells what its worker does', async () => {
    const { service, get } = await workerProcess()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'] })
    service.createWorker({ name: 'w1' }).start()
    await service.waitForEnd(job.id)

    const samples = async (name: string) => {
      const families = parseExposition(await (await get('/metrics', BEARER)).text())
      return families.get(name)?.samples
    }

    await eventually(async () => (await samples('ytscriptify_workers'))?.[0]?.value === 1, {
      what: 'the worker is seen by the storage',
    })
    expect(await samples('ytscriptify_attempts_total')).toContainEqual({
      name: 'ytscriptify_attempts_total',
      labels: { outcome: 'completed', code: 'none' },
      value: 1,
    })
  })
})
