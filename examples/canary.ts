// A canary: one known video from URL to stored text, for a schedule. One line of JSON, and exit code 0 only if the text came.
// Run it: `node canary.ts [VIDEO_ID]` (Node.js 22.18 or newer), or `npx tsx canary.ts`. docs/operations.md has a timer.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService, decodeSegments } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'

const videoId = process.argv[2] ?? 'jNQXAC9IVRw'
const patience = AbortSignal.timeout(Number(process.env['CANARY_TIMEOUT_MS'] ?? 60_000))
const startedAt = performance.now()

// Nothing is kept, so that the video is really asked for each time.
const service = createTranscriptionService({ storage: memoryStorage(), source: youtubeSource() })
service.createWorker({ concurrency: 1, drainMs: 0 }).start()

// A refusal makes jobs wait, and a canary does not: it says so at once, and asks for nothing more.
const refused = new AbortController()
service.on('gate.closed', () => refused.abort())

const { job } = await service.submit({ urls: [videoId] })
const signal = AbortSignal.any([patience, refused.signal])
await service.waitForEnd(job.id, { signal }).catch((error: unknown) => {
  if (!signal.aborted) throw error
})

const { status, result, data, error } = await service.transcript(job.id, videoId, { withData: true })
const ok = status === 'completed'
console.log(
  JSON.stringify({
    ok,
    video_id: videoId,
    code: ok ? null : (error?.code ?? 'deadline_exceeded'),
    hint: ok ? null : (error?.hint ?? 'It took too long. Find out why: ytscriptify doctor'),
    language: result?.language ?? null,
    segments: data ? decodeSegments(data).length : 0,
    client: result?.metadata.provenance?.['client'] ?? null,
    ms: Math.round(performance.now() - startedAt),
    at: new Date().toISOString(),
  }),
)
process.exitCode = ok ? 0 : 1
await service.close()
