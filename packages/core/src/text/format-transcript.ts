// A stored transcript as text for people, players and programs.
import { decodeSegments } from '../transcript-data.ts'
import { transcriptJsonPieces } from '../transcript-json.ts'
import type { Segment, Transcript } from '../transcript.ts'
import { chunkJson } from './chunk-documents.ts'
import { chunks } from './chunks.ts'
import type { DescribedVideo } from './described-video.ts'
import { csv } from './formats/csv.ts'
import { jsonLines, segmentJson } from './formats/json-lines.ts'
import { markdown } from './formats/markdown.ts'
import { plainText } from './formats/plain-text.ts'
import { subRip } from './formats/subrip.ts'
import { webVtt } from './formats/webvtt.ts'
import { slice } from './slice.ts'
import {
  TEXT_FORMATS,
  checkTextOptions,
  type TextFormat,
  type TextOptions,
  type TextSelection,
} from './text-options.ts'
import { viewOf } from './views.ts'

/**
 * The text of a transcript, in pieces of some thousand lines, so that a video of ten hours holds nobody up.
 *
 * @param transcript - Completed, and read with its data.
 * @throws {TranscriptionError} `invalid_input` for options that do not go together.
 * @example
 * ```ts
 * const transcript = await service.transcript(jobId, videoId, { withData: true })
 * for (const piece of formatTranscript(transcript, { format: 'md', startMs: 60_000 })) process.stdout.write(piece)
 * ```
 */
export function formatTranscript(transcript: Transcript, options: TextOptions): Generator<string> {
  checkTextOptions(options)
  return inPieces(linesOfFormat(transcript, options))
}

/**
 * Segments in a format that needs no more than them and their video: every one but `json`.
 *
 * @param segments - In the order of time; those of {@link viewOf}, or your own.
 * @example
 * ```ts
 * const captions = [{ text: 'Ask not', startMs: 0, durationMs: 1_500 }]
 * const video = { url: 'https://youtu.be/jNQXAC9IVRw', videoId: 'jNQXAC9IVRw' }
 * [...formatSegments(captions, { ...video, format: 'vtt' })].join('') // 'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nAsk not\n\n'
 * ```
 */
export const formatSegments = (
  segments: Iterable<Segment>,
  { format, ...video }: DescribedVideo & { readonly format: Exclude<TextFormat, 'json'> },
): Generator<string> => inPieces(WRITERS[format](segments, video))

const WRITERS = {
  txt: plainText,
  srt: subRip,
  vtt: webVtt,
  md: markdown,
  csv,
  jsonl: jsonLines,
} as const satisfies Record<
  Exclude<TextFormat, 'json'>,
  (segments: Iterable<Segment>, video: DescribedVideo) => Iterable<string>
>

function linesOfFormat(transcript: Transcript, { format, ...selection }: TextOptions): Iterable<string> {
  if (format === 'json') return selectedJson(transcript, selection)
  if (selection.chunks) return chunkLines(transcript, selection)
  return WRITERS[format](selectedSegments(transcript, { view: TEXT_FORMATS[format].view, ...selection }), transcript)
}

/** A video as one JSON object, with what is wanted of its text. One without a text is as it is in every answer. */
export function selectedJson(transcript: Transcript, selection: TextSelection): Iterable<string> {
  const { view = 'segments', startMs = 0, endMs, chunks: chunked } = selection
  const isAsStored = view === 'segments' && startMs === 0 && endMs === undefined && !chunked
  // Passed on as text, without being parsed.
  if (isAsStored || transcript.data === undefined) return transcriptJsonPieces(transcript)
  const items = chunked ? documents(transcript, selection) : segmentItems(selectedSegments(transcript, selection))
  return inPieces(transcriptJsonPieces(transcript, { name: chunked ? 'chunks' : 'segments', items }))
}

function* chunkLines(transcript: Transcript, selection: TextSelection): Generator<string> {
  for (const document of documents(transcript, selection)) yield `${document}\n`
}

function* documents(transcript: Transcript, selection: TextSelection): Generator<string> {
  if (!selection.chunks) return
  const segments = selectedSegments(transcript, { view: 'sentences', ...selection })
  for (const chunk of chunks(segments, selection.chunks)) yield chunkJson(chunk, transcript)
}

function* segmentItems(segments: Iterable<Segment>): Generator<string> {
  for (const segment of segments) yield segmentJson(segment)
}

/** The view goes first: a part of a text is made of whole sentences. */
const selectedSegments = ({ data, videoId }: Transcript, { view = 'segments', ...times }: TextSelection) => {
  if (data === undefined) throw new Error(`The transcript of ${videoId} has no text, or was read without its data.`)
  return slice(viewOf(decodeSegments(data), view), times)
}

/** In characters: some hundred cues, a millisecond's work. */
const PIECE = 64 * 1024

function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
