// A canary: one known video from URL to stored text, for a schedule. One line of JSON, and exit code 0 only if the text came.
// Run it: `node canary.ts [VIDEO_ID]` (Node.js 22.18 or newer), or `npx tsx canary.ts`. docs/operations.md has a timer.
// YOUTUBE_PROXIES, YOUTUBE_PROXIES_ROTATE and YOUTUBE_CLIENTS (by name) mean what they mean to the command.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import {
  TranscriptionError,
  createTranscriptionService,
  decodeSegments,
  toErrorRecord,
  type ErrorRecord,
} from '@ytscriptify/core'
import { YOUTUBE_CLIENTS, youtubeSource, type YouTubeClient } from '@ytscriptify/source-youtube'

const videoId = process.argv[2] ?? 'jNQXAC9IVRw'
const patience = AbortSignal.timeout(Number(process.env['CANARY_TIMEOUT_MS'] ?? 60_000))
const startedAt = performance.now()

// Whatever goes wrong, also with the settings or the id, is said in the line.
const { ok, ...found } = await ask().catch((thrown: unknown) => {
  const { code, message, hint } = toErrorRecord(thrown)
  return failed({ code, hint: `${message} ${hint}` })
})
const ms = Math.round(performance.now() - startedAt)
console.log(JSON.stringify({ ok, video_id: videoId, ...found, ms, at: new Date().toISOString() }))
process.exitCode = ok ? 0 : 1

async function ask() {
  const rotates = process.env['YOUTUBE_PROXIES_ROTATE'] === 'true'
  const proxies = listed('YOUTUBE_PROXIES').map((url) => ({ url, rotates }))
  const clients = listed('YOUTUBE_CLIENTS').map(clientOf)
  const source = youtubeSource({ proxies, ...(clients.length > 0 && { clients }) })

  // Nothing is kept, so that the video is really asked for each time.
  const service = createTranscriptionService({ storage: memoryStorage(), source })
  try {
    service.createWorker({ concurrency: 1, drainMs: 0 }).start()

    // A refusal makes jobs wait, and a canary does not: it says so at once, and asks for nothing more.
    const refused = new AbortController()
    service.on('gate.closed', () => refused.abort())

    const { job } = await service.submit({ urls: [videoId] })
    const signal = AbortSignal.any([patience, refused.signal])
    await service.waitForEnd(job.id, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })

    const { videoId: id = videoId } = service.parse(videoId) ?? {}
    const { status, result, data, error } = await service.transcript(job.id, id, { withData: true })
    if (status !== 'completed') return failed(error)
    return {
      ok: true,
      code: null,
      hint: null,
      language: result?.language ?? null,
      segments: data ? decodeSegments(data).length : 0,
      client: result?.metadata.provenance?.['client'] ?? null,
    }
  } finally {
    await service.close()
  }
}

function failed(error?: Pick<ErrorRecord, 'code' | 'hint'>) {
  const { code, hint } = error ?? {
    code: 'deadline_exceeded',
    hint: 'It took too long. Find out why: ytscriptify doctor',
  }
  return { ok: false, code, hint, language: null, segments: 0, client: null }
}

function listed(setting: string): readonly string[] {
  const parts = (process.env[setting] ?? '').split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

/** `ANDROID`, or `ANDROID=21.30.100` for another version of it. */
function clientOf(text: string): YouTubeClient {
  const [name = '', version] = text.split('=')
  const known = YOUTUBE_CLIENTS.find((client) => client.name === name.toUpperCase())
  if (!known) throw new TranscriptionError('invalid_input', `YOUTUBE_CLIENTS names ${name}, which is not known here.`)
  if (version === undefined) return known
  return { ...known, version, userAgent: known.userAgent.replaceAll(known.version, version) }
}
