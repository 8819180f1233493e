// Fills a storage in a process of its own, so that the memory of whoever measures it afterwards is its own.
//
//   node bench/fill.mjs DATABASE_URL JOBS NOW
import { fillStorage } from './lib/fill-storage.mjs'
import { openStorage } from './lib/open-service.mjs'

const [url, jobs, now] = process.argv.slice(2)
const storage = await openStorage(url)
await fillStorage(storage, { jobs: Number(jobs), now: Number(now), onProgress: showProgress })
await storage.close()

function showProgress(done) {
  if (process.stderr.isTTY) process.stderr.write(`\r${done.toLocaleString('en')} jobs${done < jobs ? '' : '\n'}`)
}
