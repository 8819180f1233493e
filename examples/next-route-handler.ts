// The API as a route handler of Next.js: in an app this is the file `app/api/transcripts/[...path]/route.ts`.
// Run it: `node next-route-handler.ts` (Node.js 22.18 or newer), or `npx tsx next-route-handler.ts`.
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService } from '@ytscriptify/core'
import { apiKeys, createHttpHandler } from '@ytscriptify/http-server'
import { youtubeSource } from '@ytscriptify/source-youtube'

const service = createTranscriptionService({
  storage: sqliteStorage({ filename: 'transcripts.db' }),
  source: youtubeSource(),
})

const handler = createHttpHandler(service, {
  auth: apiKeys({ alice: 'a-long-secret-of-alice' }),
  basePath: '/api/transcripts',
})

// Next.js hands over a second argument of its own, so the handler is not exported as it is.
export const GET = (request: Request): Promise<Response> => handler(request)
export { GET as POST, GET as DELETE, GET as HEAD, GET as OPTIONS }

// What runs in requests only answers them. The work is done by a process of its own, `npx ytscriptify worker`, or, as
// here, by a worker of this one.
service.createWorker().start()

const submitted = await GET(
  new Request('https://app.example/api/transcripts/transcribe', {
    method: 'POST',
    headers: { 'x-api-key': 'a-long-secret-of-alice', 'content-type': 'application/json' },
    body: JSON.stringify({ urls: ['https://youtu.be/jNQXAC9IVRw'] }),
  }),
)
const job = `https://app.example${submitted.headers.get('location') ?? ''}`
const headers = { 'x-api-key': 'a-long-secret-of-alice' }
await GET(new Request(job, { headers: { ...headers, prefer: 'wait=20' } })) // Until it has ended.
const subtitles = await GET(new Request(`${job}/transcripts/jNQXAC9IVRw?format=vtt`, { headers }))
console.log(subtitles.status, subtitles.headers.get('content-type'))
console.log((await subtitles.text()).split('\n')[0])
await service.close()

// Output:
// 200 text/vtt; charset=utf-8
// WEBVTT
