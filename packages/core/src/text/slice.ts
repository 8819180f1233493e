// A part of a transcript, by time.
import type { Segment } from '../transcript.ts'
import { endOf } from './segment-times.ts'

export interface SliceOptions {
  /**
   * From when on, in milliseconds from the beginning of the video.
   *
   * @default 0
   */
  readonly startMs?: number
  /**
   * Until when, in milliseconds from the beginning of the video; what begins then is not in it.
   *
   * @default the end
   */
  readonly endMs?: number
}

/**
 * Yields what is heard between two moments: every segment of which a part lies there, whole and with its own times.
 *
 * @example
 * ```ts
 * const captions = [0, 1, 2].map((n) => ({ text: String(n), startMs: n * 1_000, durationMs: 1_000 }))
 * [...slice(captions, { startMs: 1_500, endMs: 2_000 })].map(({ text }) => text) // ['1']
 * ```
 */
export function* slice(
  segments: Iterable<Segment>,
  { startMs = 0, endMs = Infinity }: SliceOptions,
): Generator<Segment> {
  for (const segment of segments) {
    const isHeard = endOf(segment) > startMs || segment.startMs >= startMs
    if (isHeard && segment.startMs < endMs) yield segment
  }
}
