// Which videos are being asked for at this moment.
import type { TranscriptSource } from '@ytscriptify/core'

/** A source that tells which of its videos are on their way. */
export function withRunningVideos(source: TranscriptSource): {
  readonly source: TranscriptSource
  readonly running: () => readonly string[]
} {
  const running = new Set<string>()
  return {
    running: () => [...running],
    source: {
      ...source,
      async fetch(video, options) {
        running.add(video.videoId)
        try {
          return await source.fetch(video, options)
        } finally {
          running.delete(video.videoId)
        }
      },
    },
  }
}
