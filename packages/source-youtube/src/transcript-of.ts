// The transcript that a source gives, made of what YouTube answered.
import { createHash } from 'node:crypto'
import { encodeSegments, type FetchedTranscript, type VideoMetadata } from '@ytscriptify/core'
import type { YouTubeClient } from './clients.ts'
import type { DownloadedText } from './download.ts'
import type { OfferedTrack, OfferedTranslation, PlayerAnswer } from './player-answer.ts'

export interface TranscriptParts {
  readonly answer: PlayerAnswer
  readonly track: OfferedTrack
  readonly translation: OfferedTranslation | undefined
  readonly text: DownloadedText
  readonly client: YouTubeClient
  readonly fetchedAt: Date
}

export interface ProvenanceParts {
  readonly track: Pick<OfferedTrack, 'name' | 'kind'>
  readonly translation: Pick<OfferedTranslation, 'name'> | undefined
  readonly text: DownloadedText
  readonly client: Pick<YouTubeClient, 'name' | 'version'>
  readonly fetchedAt: Date
}

export function transcriptOf(parts: TranscriptParts): FetchedTranscript {
  const { track, translation, text } = parts
  return {
    // A machine translates, whoever has written the original.
    ...(translation
      ? { language: translation.language, kind: 'generated', translatedFrom: track.language }
      : { language: track.language, kind: track.kind }),
    segments: text.segments,
    metadata: metadataOf(parts),
  }
}

function metadataOf(parts: TranscriptParts): VideoMetadata {
  const { title, channel, durationMs, description, viewCount, publishedAt, live } = parts.answer.details ?? {}
  const { thumbnails = [] } = parts.answer.details ?? {}
  return {
    ...(title !== undefined && { title }),
    ...(channel !== undefined && { channel }),
    ...(durationMs !== undefined && { durationMs }),
    ...(description !== undefined && { description }),
    ...(viewCount !== undefined && { viewCount }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(thumbnails.length > 0 && { thumbnails }),
    ...(live !== undefined && { live }),
    provenance: provenanceOf(parts),
  }
}

/** The hash is that of the text as it is stored, so that whoever has the text can compare it. */
export function provenanceOf({
  track,
  translation,
  text,
  client,
  fetchedAt,
}: ProvenanceParts): Readonly<Record<string, string>> {
  const name = translation ? translation.name : track.name
  return {
    client: client.name,
    clientVersion: client.version,
    ...(name !== undefined && { track: name }),
    kind: track.kind,
    format: text.format,
    fetchedAt: fetchedAt.toISOString(),
    contentHash: `sha256:${createHash('sha256').update(encodeSegments(text.segments)).digest('hex')}`,
  }
}
