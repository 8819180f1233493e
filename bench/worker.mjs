// One of our workers with a stub in place of YouTube, beside a `server.mjs` with WORKER=off on the same database.
//
//   DATABASE_URL=postgresql://… REDIS_URL=redis://… CONCURRENCY=100 CALLBACKS=1000 STUB_LATENCY_MS=0 node bench/worker.mjs
//
// The whole environment stands in `lib/open-service.mjs`.
import { endOnSigterm, openService } from './lib/open-service.mjs'

const { service, workerOptions, faults } = await openService(process.env)
await service.ready()
service.createWorker(workerOptions).start()
console.log('working')

endOnSigterm({ faults, end: () => service.close() })
