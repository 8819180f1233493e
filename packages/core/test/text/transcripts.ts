// Transcripts as a service gives them: builders for the tests of texts.
import { encodeSegments } from '../../src/transcript-data.ts'
import type { Segment, Transcript, VideoMetadata } from '../../src/transcript.ts'

export interface TranscriptOverrides {
  readonly position?: number
  readonly metadata?: VideoMetadata
}

const AT = new Date('2024-03-01T12:00:00.000Z')

export const completed = (
  videoId: string,
  segments: readonly Segment[],
  { position = 0, metadata = {} }: TranscriptOverrides = {},
): Transcript & { readonly data: string } => ({
  id: position + 1,
  jobId: '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e',
  position,
  url: `https://youtu.be/${videoId}`,
  videoId,
  status: 'completed',
  attempt: 1,
  failures: 0,
  crashes: 0,
  runAt: AT,
  result: { language: 'en', kind: 'generated', metadata, fetchedAt: AT },
  data: encodeSegments(segments),
  createdAt: AT,
  updatedAt: AT,
})

export function failed(videoId: string, { position = 0 }: Pick<TranscriptOverrides, 'position'> = {}): Transcript {
  const { data: _data, result: _result, ...transcript } = completed(videoId, [], { position })
  const error = { code: 'video_private', message: 'It is private.', hint: 'Ask its owner.', retryable: false } as const
  return { ...transcript, status: 'failed', error }
}
