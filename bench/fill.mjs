// Fills a storage in a process of its own, so that the memory of whoever measures it afterwards is its own.
//
//   node bench/fill.mjs KIND LOCATION JOBS NOW
import { fillStorage } from './lib/fill-storage.mjs'
import { openStorage } from './lib/open-storage.mjs'

const [kind, location, jobs, now] = process.argv.slice(2)
const storage = openStorage(kind, location)
await fillStorage(storage, { jobs: Number(jobs), now: Number(now), onProgress: showProgress })
await storage.close()

function showProgress(done) {
  if (process.stderr.isTTY) process.stderr.write(`\r${done.toLocaleString('en')} jobs${done < jobs ? '' : '\n'}`)
}
