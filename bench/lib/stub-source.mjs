// A source that answers after a while with an ordinary video: what is left is the cost of everything else.
import { setTimeout as delay } from 'node:timers/promises'

export const segmentsOf = (length) =>
  Array.from({ length }, (_, index) => ({
    text: `This is what was said in segment number ${index}.`.slice(0, 43),
    startMs: index * 4_000,
    durationMs: 4_000,
  }))

/** 300 segments, 27.6 kB as they are stored: an ordinary video of twenty minutes. */
export const SEGMENTS = segmentsOf(300)

/** Any text with eleven characters behind `v=` or a slash is a video. The segments are built anew, as a parser would. */
export const stubSource = ({ latencyMs = 0, segments = SEGMENTS } = {}) => ({
  id: 'youtube',
  parse(url) {
    const videoId = /(?:v=|[/])([\w-]{11})(?:[?&#]|$)/.exec(url)?.[1]
    return videoId === undefined ? undefined : { videoId }
  },
  admit: async () => ({ release: () => undefined }),
  async fetch(_video, { signal }) {
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal })
    return { language: 'en', kind: 'manual', segments: segments.map((segment) => ({ ...segment })), metadata: {} }
  },
})
