// The other of two processes on the same file: it works until it is told to stop. Start as many as you like.
// Run it beside the other: `node two-processes-work.ts & node two-processes-submit.ts` (Node.js 22.18 or newer).
import { once } from 'node:events'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'

const service = createTranscriptionService({
  storage: sqliteStorage({ filename: 'transcripts.db' }),
  source: youtubeSource(),
})
service.on('transcript.completed', ({ videoId }) => console.log(`done: ${videoId}`))

// Killed instead of stopped, it loses nothing either: after 30 seconds another worker takes over what it had begun.
const stop = once(process, 'SIGTERM')
service.createWorker({ name: `worker-${process.pid}` }).start()
console.log('working')

await stop
await service.close()
console.log('stopped')

// Output:
// working
// done: jNQXAC9IVRw
// stopped
