// When segments begin and end on a screen that shows one at a time.
import type { Segment } from '../transcript.ts'

export const endOf = ({ startMs, durationMs }: Segment): number => startMs + durationMs

/** When the character at an offset is said, if all take equally long. In whole milliseconds. */
export const timeAt = ({ text, startMs, durationMs }: Segment, offset: number): number =>
  startMs + (text === '' ? 0 : Math.round((durationMs * offset) / text.length))

/** By their beginning; those that begin together keep their order. Nearly every transcript has them so. */
export function inOrder(segments: readonly Segment[]): readonly Segment[] {
  const isOrdered = segments.every(({ startMs }, index) => startMs >= (segments[index - 1]?.startMs ?? -Infinity))
  return isOrdered ? segments : segments.toSorted((a, b) => a.startMs - b.startMs)
}

/**
 * When each segment has gone: at its own end, or when a later one begins. Generated captions stay on the screen while the
 * next line comes, so that half of their time is that of two.
 *
 * @param segments - In order.
 */
export function endsOf(segments: readonly Segment[]): readonly number[] {
  const ends: number[] = []
  let nextStart = Infinity
  let laterStart = Infinity
  for (const segment of segments.toReversed()) {
    // Of several that begin together, none ends the others.
    if (segment.startMs < nextStart) laterStart = nextStart
    nextStart = segment.startMs
    ends.push(Math.min(endOf(segment), laterStart))
  }
  return ends.reverse()
}
