// WebVTT. https://www.w3.org/TR/webvtt1/
import type { Segment } from '../../transcript.ts'
import { cuesOf, timestamp } from './cues.ts'

export function* webVtt(segments: Iterable<Segment>): Generator<string> {
  yield 'WEBVTT\n\n'
  for (const { lines, startMs, endMs } of cuesOf(segments))
    yield `${timestamp(startMs, '.')} --> ${timestamp(endMs, '.')}\n${lines.map(escaped).join('\n')}\n\n`
}

/** With `>` no text holds an arrow either. https://www.w3.org/TR/webvtt1/#webvtt-cue-text-span */
const escaped = (line: string): string => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
