// The service inside an application: events instead of waiting, errors by their code, and a shutdown that loses nothing.
// Run it: `node embed-with-events.ts` (Node.js 22.18 or newer), or `npx tsx embed-with-events.ts`.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService, isTranscriptionError } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'

// Memory forgets when the process ends. sqliteStorage({ filename }) does not, and nothing else here would change.
const service = createTranscriptionService({ storage: memoryStorage(), source: youtubeSource() })

service.on('job.created', ({ job }) => console.log(`accepted: ${job.counts.total} videos`))
service.on('transcript.completed', ({ videoId, reused }) =>
  console.log(`${videoId} done${reused ? ' (was stored)' : ''}`),
)
service.on('transcript.failed', ({ videoId, error }) => console.log(`${videoId} failed: ${error.code}. ${error.hint}`))
service.on('transcript.retrying', ({ videoId, error }) => console.log(`${videoId} is tried again: ${error.code}`))
service.on('gate.closed', ({ until }) => console.log(`YouTube sent us away until ${until.toISOString()}`))
service.on('engine.error', ({ error, during }) => console.error(`Trouble during ${during}:`, error))

// What cannot be meant is refused at once, with every offending item; nothing is stored.
try {
  await service.submit({ urls: ['https://www.youtube.com/watch?v=jNQXAC9IVRw', 'https://example.com/'] })
} catch (error) {
  if (!isTranscriptionError(error, 'unsupported_url')) throw error
  console.log(`refused: ${error.message}`)
}

const worker = service.createWorker({ name: 'app', concurrency: 1 })
worker.start()

// A video that is named twice is fetched once. The key makes it harmless to submit again, after a lost answer say.
const submission = {
  urls: ['https://youtu.be/jNQXAC9IVRw', 'https://youtu.be/00000000000', 'https://www.youtube.com/shorts/jNQXAC9IVRw'],
  idempotencyKey: 'order-4711',
}
const { job } = await service.submit(submission)
const again = await service.submit(submission)
console.log(`the same job: ${again.job.id === job.id}`)

const { status, counts } = await service.waitForEnd(job.id, { signal: AbortSignal.timeout(60_000) })
console.log(`${status}: ${counts.completed} of ${counts.total}`)

// Finishes what is running, for 25 seconds at most; what is left is given back, and done after the next start.
await service.close()

// Output:
// refused: urls[1]: "https://example.com/" is not the URL of one video.
// accepted: 3 videos
// the same job: true
// jNQXAC9IVRw done
// 00000000000 failed: video_unavailable. Check that the video still exists.
// completed: 2 of 3
