// The whole service in one process, with a stub in place of YouTube: what `bench/http.mjs` and load drivers speak to.
//
//   PORT=8080 API_KEY=bench-key DATABASE=bench.db STUB_LATENCY_MS=0 node bench/server.mjs
//
// Without limits on requests, callbacks to 127.0.0.1 allowed, and as many callbacks at a time as CALLBACKS says.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createTranscriptionService } from '@ytscriptify/core'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { apiKeys, createHttpServer } from '@ytscriptify/http-server'
import { webhookNotifier } from '@ytscriptify/notifier-webhook'
import { segmentsOf, stubSource } from './lib/stub-source.mjs'

const { PORT = '8080', API_KEY = 'bench-key', DATABASE = 'bench.db', STUB_LATENCY_MS = '0' } = process.env
const { SLOTS = '100', CALLBACKS = '1000', WORKER = 'on', SEGMENTS = '300', INLINE_MB = '64' } = process.env

const service = createTranscriptionService({
  storage: sqliteStorage({ filename: DATABASE }),
  source: stubSource({ latencyMs: Number(STUB_LATENCY_MS), segments: segmentsOf(Number(SEGMENTS)) }),
  notifier: webhookNotifier({
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr',
    allowHosts: ['127.0.0.1'],
  }),
})
const deliveries = { concurrency: Number(CALLBACKS), perReceiver: Number(CALLBACKS) }
if (WORKER === 'on') service.createWorker({ concurrency: Number(SLOTS), deliveries }).start()

const server = createHttpServer(service, {
  port: Number(PORT),
  auth: apiKeys({ default: API_KEY }),
  inlineLimitBytes: Number(INLINE_MB) * 1024 * 1024,
})
const { url } = await server.listen()
console.log(`listening on ${url}`)

const stalls = monitorEventLoopDelay({ resolution: 1 })
stalls.enable()

process.once('SIGTERM', async () => {
  console.log(`longest stall ${Math.round(stalls.max / 1e6)} ms`)
  await server.close()
  await service.close()
})
