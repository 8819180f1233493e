// A video as one JSON object: the same in the output of the command, in the HTTP API and in callbacks.
import { errorJson } from './error-json.ts'
import { segmentsJsonOf } from './transcript-data.ts'
import type { Transcript } from './transcript.ts'

/**
 * A transcript as one line of JSON, for results and callbacks. The stored text is passed on without being parsed, so read
 * the transcript with its data.
 */
export const transcriptJson = (transcript: Transcript): string => [...transcriptJsonPieces(transcript)].join('')

/** The items of a list, each as JSON, and what they are called. */
export interface NamedItems {
  readonly name: 'segments' | 'chunks'
  readonly items: Iterable<string>
}

/**
 * The same line in pieces: a text of megabytes is one of them, and so is not copied to stand among the others.
 *
 * @param list - In the place of the stored segments.
 */
export function* transcriptJsonPieces(transcript: Transcript, list?: NamedItems): Generator<string> {
  const { data, error, status } = transcript
  yield `${JSON.stringify(headOf(transcript)).slice(0, -1)},"${list?.name ?? 'segments'}":`
  if (list) yield* listJson(list.items)
  else yield data === undefined ? 'null' : segmentsJsonOf(data)
  yield `,"error":${status === 'completed' || !error ? 'null' : JSON.stringify(errorJson(error))}}`
}

function* listJson(items: Iterable<string>): Generator<string> {
  let before = '['
  for (const item of items) {
    yield before + item
    before = ','
  }
  yield before === '[' ? '[]' : ']'
}

/** The same object without its text. */
export const transcriptSummary = (transcript: Transcript): Readonly<Record<string, unknown>> => ({
  ...headOf(transcript),
  error: transcript.status === 'completed' || !transcript.error ? null : errorJson(transcript.error),
})

function headOf({ url, videoId, status, result }: Transcript) {
  const { publishedAt, live, thumbnails, provenance } = result?.metadata ?? {}
  return {
    url,
    video_id: videoId,
    status,
    language: result?.language ?? null,
    ...(result?.translatedFrom !== undefined && { translated_from: result.translatedFrom }),
    kind: result?.kind ?? null,
    title: result?.metadata.title ?? null,
    channel: result?.metadata.channel ?? null,
    duration_ms: result?.metadata.durationMs ?? null,
    // What not every source knows stands there only where it is known.
    ...(publishedAt !== undefined && { published_at: publishedAt }),
    ...(live !== undefined && { live }),
    ...(thumbnails && { thumbnails }),
    ...(provenance && { provenance }),
  }
}
