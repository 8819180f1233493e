// A line of JSON for each segment, with the names of the HTTP API. https://jsonlines.org
import type { Segment } from '../../transcript.ts'
import type { DescribedVideo } from '../described-video.ts'

export function* jsonLines(segments: Iterable<Segment>, { videoId }: DescribedVideo): Generator<string> {
  for (const segment of segments) yield `{"video_id":${JSON.stringify(videoId)},${segmentJson(segment).slice(1)}\n`
}

export const segmentJson = ({ text, startMs, durationMs }: Segment): string =>
  JSON.stringify({ text, start_ms: startMs, duration_ms: durationMs })
