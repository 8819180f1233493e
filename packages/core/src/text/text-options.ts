// What is wanted of the text of a transcript, and what of that goes together.
import { invalidInput, type InputIssue } from '../errors.ts'
import { CHUNK_SIZES, type ChunkOptions } from './chunks.ts'
import type { SliceOptions } from './slice.ts'
import type { TextView } from './views.ts'

export type TextFormat = keyof typeof TEXT_FORMATS

/** The formats: what each is on the web, and which view of a text it shows when nothing else is asked for. */
export const TEXT_FORMATS = {
  json: { contentType: 'application/json', view: 'segments' },
  txt: { contentType: 'text/plain; charset=utf-8', view: 'derolled' },
  // SubRip has no registered type; this is the one that players know.
  srt: { contentType: 'application/x-subrip; charset=utf-8', view: 'derolled' },
  vtt: { contentType: 'text/vtt; charset=utf-8', view: 'derolled' },
  md: { contentType: 'text/markdown; charset=utf-8', view: 'paragraphs' },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', view: 'segments' },
  jsonl: { contentType: 'application/jsonl', view: 'segments' },
} as const satisfies Record<string, { readonly contentType: string; readonly view: TextView }>

/** Which part of a text is wanted, and how it is put together. */
export interface TextSelection extends SliceOptions {
  /**
   * What the segments of the text are.
   *
   * @default that of the format; `sentences` for chunks
   */
  readonly view?: TextView
  /**
   * Gives chunks instead of segments, as documents for retrieval; in `json` and `jsonl`.
   *
   * @default none
   */
  readonly chunks?: ChunkOptions
}

export interface TextOptions extends TextSelection {
  readonly format: TextFormat
}

/** The formats that chunks come in. */
export const CHUNK_FORMATS: readonly TextFormat[] = ['json', 'jsonl']

/** Where something is wrong: the option, as the library calls it. */
export type TextOptionPlace = 'format' | 'startMs' | 'endMs' | 'chunks' | 'overlap'

export interface TextOptionIssue {
  readonly place: TextOptionPlace
  readonly message: string
}

/** What is wrong with the options, or does not go together. Front ends name the places in their own words. */
export function textOptionIssues({ format, startMs = 0, endMs, chunks }: TextSelection & Partial<TextOptions>) {
  const issues: TextOptionIssue[] = []
  if (!(startMs >= 0)) issues.push({ place: 'startMs', message: 'It is a moment of the video, and not before it' })
  if (endMs !== undefined && !(endMs > startMs)) issues.push({ place: 'endMs', message: 'It comes after the start' })
  if (chunks) issues.push(...chunkIssues(chunks))
  if (chunks && format && !CHUNK_FORMATS.includes(format))
    issues.push({ place: 'format', message: `Chunks come as ${CHUNK_FORMATS.join(' or ')}, not as ${format}` })
  return issues
}

function chunkIssues({ unit, size, overlap = 0 }: ChunkOptions): readonly TextOptionIssue[] {
  const { least, most } = CHUNK_SIZES[unit]
  if (!(size >= least && size <= most))
    return [{ place: 'chunks', message: `A chunk has from ${least} to ${most} ${unit}` }]
  if (!(overlap >= 0 && overlap <= size / 2))
    return [
      { place: 'overlap', message: `Chunks overlap by half of their size at most: from 0 to ${size / 2} ${unit}` },
    ]
  return []
}

/** @throws {TranscriptionError} `invalid_input` */
export function checkTextOptions(options: TextSelection & Partial<TextOptions>): void {
  const issues = textOptionIssues(options).map(({ place, message }): InputIssue => ({
    path: [place],
    code: 'invalid_input',
    message,
  }))
  if (issues.length > 0) throw invalidInput(issues)
}
