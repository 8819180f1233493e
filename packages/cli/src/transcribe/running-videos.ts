// Which videos are being asked for at this moment.
import type { Clock, TranscriptSource } from '@ytscriptify/core'

/** A video is still shown this long after its answer, or a quick source would never be seen at work. */
const LINGER_MS = 300

/** A source that tells which of its videos are on their way. */
export function withRunningVideos(
  source: TranscriptSource,
  clock: Pick<Clock, 'monotonic'>,
): { readonly source: TranscriptSource; readonly running: () => readonly string[] } {
  /** By video: until when it is shown. */
  const shown = new Map<string, number>()
  return {
    running() {
      for (const [videoId, until] of shown) if (until <= clock.monotonic()) shown.delete(videoId)
      return [...shown.keys()]
    },
    source: {
      ...source,
      async fetch(video, options) {
        shown.set(video.videoId, Infinity)
        try {
          return await source.fetch(video, options)
        } finally {
          shown.set(video.videoId, clock.monotonic() + LINGER_MS)
        }
      },
    },
  }
}
