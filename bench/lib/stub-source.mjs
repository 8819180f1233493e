// A source that answers after a while with an ordinary video: what is left is the cost of everything else.
import { setTimeout as delay } from 'node:timers/promises'
import { encodeSegments } from '@ytscriptify/core'

const WORDS =
  'a about all and any are as at be because benefit by can come could do each even first for from get give good have how if in into it just know like look machine make measure more most new not now of on one only or other our out over own part people say see so some take than that the their them then there these they thing think this time to two up use video want way we well what when which who will with work would year you your'.split(
    ' ',
  )

/** Spoken words by chance, the same each time: they compress like speech and not like one sentence again and again. */
export function segmentsOf(length) {
  const draw = drawsFrom(1)
  return Array.from({ length }, (_, index) => ({
    text: Array.from({ length: 8 }, () => WORDS[draw(WORDS.length)]).join(' '),
    startMs: index * 4_000,
    durationMs: 3_000 + draw(1_000),
  }))
}

/** 300 segments, 25 kB as they are stored: an ordinary video of twenty minutes. */
export const SEGMENTS = segmentsOf(300)

/** The text of a video as every contender stores it: its segments built one by one, as a parser would, then serialised. */
export const storedText = (segments = SEGMENTS) => encodeSegments(segments.map((segment) => ({ ...segment })))

/** Any text with eleven characters behind `v=` or a slash is a video. */
export const stubSource = ({ latencyMs = 0, segments = SEGMENTS, onFetch = () => undefined } = {}) => ({
  id: 'youtube',
  parse(url) {
    const videoId = /(?:v=|[/])([\w-]{11})(?:[?&#]|$)/.exec(url)?.[1]
    return videoId === undefined ? undefined : { videoId }
  },
  admit: async () => ({ release: () => undefined }),
  async fetch({ videoId }, { signal }) {
    onFetch(videoId)
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal })
    return { language: 'en', kind: 'manual', segments: segments.map((segment) => ({ ...segment })), metadata: {} }
  },
})

/** Whole numbers below a bound, by a linear congruence. https://en.wikipedia.org/wiki/Linear_congruential_generator */
function drawsFrom(seed) {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
