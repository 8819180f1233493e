// The last step of every reader.
import type { Segment } from '../transcript.ts'

/** Whole milliseconds that every store can keep, and no segments that are there only for layout. The order stays. */
export const tidySegments = (segments: readonly Segment[]): Segment[] =>
  segments
    .map(({ text, startMs, durationMs }) => ({
      text: text.trim(),
      startMs: whole(startMs),
      durationMs: whole(durationMs),
    }))
    .filter(({ text }) => text !== '')

const whole = (ms: number): number =>
  Number.isFinite(ms) ? Math.min(Math.max(0, Math.round(ms)), Number.MAX_SAFE_INTEGER) : 0
