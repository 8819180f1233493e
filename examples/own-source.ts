// Transcripts from somewhere else than YouTube: here, the subtitle files of a podcast. The engine stays the same.
// Run it: `node own-source.ts` (Node.js 22.18 or newer), or `npx tsx own-source.ts`. It needs no network.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import {
  TranscriptionError,
  createTranscriptionService,
  decodeSegments,
  type TranscriptSource,
} from '@ytscriptify/core'

const EPISODES: Record<string, string> = {
  'one-giant-leap': '0.0 That is one small step for a man,\n3.5 one giant leap for mankind.',
}

const podcast: TranscriptSource = {
  id: 'podcast',

  /** Recognises its own addresses, and asks nobody. */
  parse(url) {
    const episode = /^podcast:([a-z-]+)$/.exec(url)?.[1]
    return episode === undefined ? undefined : { videoId: episode }
  },

  /** No limit here. A real one waits until it may ask again. */
  admit: () => Promise.resolve({ release: () => undefined }),

  /** One try. By the code of the error the engine decides whether there is another, and when. */
  fetch({ videoId }) {
    const lines = EPISODES[videoId]?.split('\n')
    if (!lines) throw new TranscriptionError('video_unavailable', `There is no episode "${videoId}".`)
    const segments = lines.map((line) => {
      const [start = '0', ...words] = line.split(' ')
      return { text: words.join(' '), startMs: Number(start) * 1_000, durationMs: 3_500 }
    })
    return Promise.resolve({ language: 'en', kind: 'manual', segments, metadata: { title: videoId } })
  },
}

const service = createTranscriptionService({ storage: memoryStorage(), source: podcast })
service.createWorker().start()

const { job } = await service.submit({ urls: ['podcast:one-giant-leap', 'podcast:lost-episode'] })
await service.waitForEnd(job.id)

for await (const { url, data, error } of service.transcripts(job.id, { withData: true })) {
  if (data) for (const { startMs, text } of decodeSegments(data)) console.log(`${url} ${startMs / 1_000} s: ${text}`)
  else console.log(`${url}: ${error?.message ?? 'unfinished'}`)
}
await service.close()

// Output:
// podcast:one-giant-leap 0 s: That is one small step for a man,
// podcast:one-giant-leap 3.5 s: one giant leap for mankind.
// podcast:lost-episode: There is no episode "lost-episode".
