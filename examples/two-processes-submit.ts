// One of two processes on the same file: it submits, as a web server would, and works on nothing itself.
// Run it beside the other: `node two-processes-work.ts & node two-processes-submit.ts` (Node.js 22.18 or newer).
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'

const service = createTranscriptionService({
  storage: sqliteStorage({ filename: 'transcripts.db' }),
  source: youtubeSource(),
})

const { job } = await service.submit({ urls: ['https://youtu.be/jNQXAC9IVRw'] })
console.log(`submitted: ${job.status}`)

// Whoever does the work: the storage tells. A web server would answer 202 with the id, and look when it is asked.
const { status } = await service.waitForEnd(job.id)
console.log(`another process did it: ${status}`)
await service.close()

// Output:
// submitted: pending
// another process did it: completed
