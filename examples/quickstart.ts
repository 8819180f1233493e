// Two videos into a SQLite file. Run it: `node quickstart.ts` (Node.js 22.18 or newer), or `npx tsx quickstart.ts`.
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService, decodeSegments } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'

const storage = sqliteStorage({ filename: 'transcripts.db' })
const service = createTranscriptionService({ storage, source: youtubeSource() })
service.createWorker({ concurrency: 4 }).start()

const urls = ['https://www.youtube.com/watch?v=jNQXAC9IVRw', 'https://youtu.be/00000000000']
const { job } = await service.submit({ urls, languages: ['en'] }) // From here on it is stored, and will be done.
await service.waitForEnd(job.id)

for await (const { url, data, error } of service.transcripts(job.id, { withData: true }))
  console.log(url, '→', data ? `${decodeSegments(data).length} segments` : error?.code)
await service.close()

// Output:
// https://www.youtube.com/watch?v=jNQXAC9IVRw → 6 segments
// https://youtu.be/00000000000 → video_unavailable
