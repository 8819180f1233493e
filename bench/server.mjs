// Our server with a stub in place of YouTube, for load drivers: `http.mjs`, `cold-start.mjs`, and yours.
//
//   PORT=8080 API_KEY=bench-key DATABASE_URL=sqlite:bench.db STUB_LATENCY_MS=0 node bench/server.mjs
//
// No limit on requests, and callbacks to 127.0.0.1 allowed. WORKER=off leaves the work to `worker.mjs`, as many of them as you
// like; INLINE_MB is how much text an answer has inline. The rest of the environment stands in `lib/open-service.mjs`.
import { apiKeys, createHttpServer } from '@ytscriptify/http-server'
import { endOnSigterm, openService } from './lib/open-service.mjs'

const { PORT = '8080', API_KEY = 'bench-key', WORKER = 'on', INLINE_MB = '64' } = process.env

const { service, workerOptions, faults } = await openService(process.env)
await service.ready()
if (WORKER === 'on') service.createWorker(workerOptions).start()

const server = createHttpServer(service, {
  port: Number(PORT),
  auth: apiKeys({ default: API_KEY }),
  inlineLimitBytes: Number(INLINE_MB) * 1024 * 1024,
})
const { url } = await server.listen()
console.log(`listening on ${url}`)

endOnSigterm({
  faults,
  async end() {
    await server.close()
    await service.close()
  },
})
