// What a source gave, before it becomes permanent: a fault of a source must not be stored as a transcript.
import { TranscriptionError } from '../errors.ts'
import type { FetchedTranscript, Segment } from '../transcript.ts'

/**
 * Written by hand, since it looks at every segment of every video.
 *
 * @throws {TranscriptionError} `empty_transcript` without segments; a plain error, which counts as `internal`, for what is
 *   no transcript.
 */
export function checkFetched(fetched: FetchedTranscript): FetchedTranscript {
  const { language, kind, metadata } = fetched
  const segments: readonly Segment[] = fetched.segments
  if (typeof language !== 'string' || language === '') throw fault('has no language')
  if (kind !== 'manual' && kind !== 'generated') throw fault(`is of the kind ${String(kind)}`)
  if (typeof metadata !== 'object' || metadata === null) throw fault('has no metadata')
  const isList: boolean = Array.isArray(segments)
  if (!isList) throw fault('has no list of segments')
  if (segments.length === 0)
    throw new TranscriptionError('empty_transcript', 'The source gave a transcript without text.')
  for (const [index, segment] of segments.entries())
    if (!isSegment(segment)) throw fault(`has no valid segment ${index}`)
  return fetched
}

const isSegment = ({ text, startMs, durationMs }: Segment): boolean =>
  typeof text === 'string' && isMilliseconds(startMs) && isMilliseconds(durationMs)

const isMilliseconds = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

const fault = (what: string): TypeError => new TypeError(`The source gave a transcript that ${what}.`)
