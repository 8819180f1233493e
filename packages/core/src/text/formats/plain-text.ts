// Text and nothing else: the lines of each segment.
import type { Segment } from '../../transcript.ts'
import { linesOf } from '../lines.ts'

export function* plainText(segments: Iterable<Segment>): Generator<string> {
  for (const { text } of segments) for (const line of linesOf(text)) yield `${line}\n`
}
