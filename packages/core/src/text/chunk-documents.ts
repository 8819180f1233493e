// Chunks as documents of LangChain: what a vector store takes in, under the names that its YoutubeLoader uses.
import type { Chunk } from './chunks.ts'
import type { DescribedVideo } from './described-video.ts'
import { wholeClockOf } from './moments.ts'
import { momentLink, thumbnailLink } from './video-links.ts'

/** A document as the constructor of LangChain.js takes it. */
export interface ChunkDocument {
  readonly pageContent: string
  readonly metadata: ChunkMetadata
}

/**
 * What is known of a chunk. The first group has the names and forms of LangChain's YoutubeLoader; what the source of the
 * video did not say is left out, since vector stores take no `null`.
 */
export interface ChunkMetadata {
  /** A link to the moment at which the chunk begins: `https://www.youtube.com/watch?v=ID&t=120s`. */
  readonly source: string
  /** Whole seconds, rounded down. */
  readonly start_seconds: number
  /** `00:02:00` */
  readonly start_timestamp: string
  readonly title?: string
  readonly description?: string
  readonly view_count?: number
  readonly thumbnail_url?: string
  /** `2009-10-25 06:57:33`, in UTC. */
  readonly publish_date?: string
  /** Of the video, in whole seconds. */
  readonly length?: number
  /** The channel. */
  readonly author?: string

  readonly video_id: string
  readonly language?: string
  readonly kind?: string
  readonly start_ms: number
  readonly duration_ms: number
  /** Estimated. */
  readonly tokens: number
}

/**
 * A chunk as a document for retrieval.
 *
 * @example
 * ```ts
 * import { Document } from '@langchain/core/documents'
 *
 * const documents = [...chunks(sentences(segments), { unit: 'tokens', size: 400 })].map(
 *   (chunk) => new Document(chunkDocument(chunk, transcript)),
 * )
 * ```
 */
export function chunkDocument(
  { text, startMs, durationMs, tokens }: Chunk,
  { url, videoId, result }: DescribedVideo,
): ChunkDocument {
  const { title, channel, description, viewCount, durationMs: lengthMs, publishedAt } = result?.metadata ?? {}
  const thumbnail = result?.metadata.thumbnails?.at(-1)?.url ?? thumbnailLink({ url, videoId })
  return {
    pageContent: text,
    metadata: {
      source: momentLink({ url, videoId }, startMs),
      start_seconds: Math.floor(startMs / 1_000),
      start_timestamp: wholeClockOf(startMs),
      ...(title !== undefined && { title }),
      ...(description !== undefined && { description }),
      ...(viewCount !== undefined && { view_count: viewCount }),
      ...(thumbnail !== undefined && { thumbnail_url: thumbnail }),
      ...(publishedAt !== undefined && { publish_date: publishDateOf(publishedAt) }),
      ...(lengthMs !== undefined && { length: Math.round(lengthMs / 1_000) }),
      ...(channel !== undefined && { author: channel }),
      video_id: videoId,
      ...(result && { language: result.language, kind: result.kind }),
      start_ms: startMs,
      duration_ms: durationMs,
      tokens,
    },
  }
}

/** `2009-10-25T06:57:33Z` and `2009-10-25` as Python's loader writes them. What is no date stays as the source gave it. */
function publishDateOf(text: string): string {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? text : date.toISOString().slice(0, 19).replace('T', ' ')
}

/** The same in JSON, as Python's `Document(**chunk)` takes it. */
export function chunkJson(chunk: Chunk, video: DescribedVideo): string {
  const { pageContent, metadata } = chunkDocument(chunk, video)
  return JSON.stringify({ page_content: pageContent, metadata })
}
