// A stored transcript as text for people and players: plain, SubRip, WebVTT.
import { decodeSegments } from './transcript-data.ts'
import type { Segment } from './transcript.ts'

export type TranscriptFormat = keyof typeof TRANSCRIPT_CONTENT_TYPES

/** What each format is on the web. SubRip has no registered type; this is the one that players know. */
export const TRANSCRIPT_CONTENT_TYPES = {
  txt: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
} as const satisfies Record<string, string>

/**
 * The text of a transcript in pieces of some thousand lines, so that a video of ten hours holds nobody up.
 *
 * - `txt`: a line for each segment.
 * - `srt`: SubRip, with the line ends of Windows, as the program of that name wrote them.
 * - `vtt`: WebVTT (https://www.w3.org/TR/webvtt1/).
 *
 * Cues come in the order of time, and end when the next one begins: captions that roll overlap by half, and players would
 * show each line twice. Segments without text are left out.
 *
 * @param data - As it is stored; see {@link encodeSegments}.
 */
export function* formatTranscript(data: string, format: TranscriptFormat): Generator<string> {
  const segments = decodeSegments(data)
  const { head, lines } = FORMATS[format]
  if (head !== '') yield head
  let piece = ''
  for (const line of lines(segments)) {
    piece += line
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/** In characters: some hundred cues, a millisecond's work. */
const PIECE = 64 * 1024

interface Format {
  readonly head: string
  readonly lines: (segments: readonly Segment[]) => Iterable<string>
}

const FORMATS = {
  txt: { head: '', lines: plainLines },
  srt: { head: '', lines: subRipCues },
  vtt: { head: 'WEBVTT\n\n', lines: webVttCues },
} as const satisfies Record<TranscriptFormat, Format>

function* plainLines(segments: readonly Segment[]): Generator<string> {
  for (const { text } of segments) {
    const lines = textLines(text)
    if (lines.length > 0) yield `${lines.join('\n')}\n`
  }
}

function* subRipCues(segments: readonly Segment[]): Generator<string> {
  let number = 0
  for (const { lines, startMs, endMs } of cuesOf(segments)) {
    number += 1
    // An arrow in a text reads as a line of times to some players, and SubRip knows no way to write it otherwise.
    const text = lines.map((line) => line.replaceAll('-->', '->')).join('\r\n')
    yield `${number}\r\n${timestamp(startMs, ',')} --> ${timestamp(endMs, ',')}\r\n${text}\r\n\r\n`
  }
}

function* webVttCues(segments: readonly Segment[]): Generator<string> {
  for (const { lines, startMs, endMs } of cuesOf(segments))
    yield `${timestamp(startMs, '.')} --> ${timestamp(endMs, '.')}\n${lines.map(escaped).join('\n')}\n\n`
}

/** With `>` no text holds an arrow either. https://www.w3.org/TR/webvtt1/#webvtt-cue-text-span */
const escaped = (line: string): string => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

interface Cue {
  /** At least one, none of them blank: a blank line ends a cue. */
  readonly lines: readonly string[]
  readonly startMs: number
  /** After the start. */
  readonly endMs: number
}

function* cuesOf(segments: readonly Segment[]): Generator<Cue> {
  const shown = inOrder(segments.filter(({ text }) => /\S/.test(text)))
  const ends = endsOf(shown)
  for (const [index, { text, startMs }] of shown.entries())
    yield { lines: textLines(text), startMs, endMs: ends[index] ?? startMs + 1 }
}

/** WebVTT wants each cue to begin no earlier than the one before. Nearly every transcript has them so. */
function inOrder(segments: readonly Segment[]): readonly Segment[] {
  const isOrdered = segments.every(({ startMs }, index) => startMs >= (segments[index - 1]?.startMs ?? 0))
  return isOrdered ? segments : segments.toSorted((a, b) => a.startMs - b.startMs)
}

/** When each segment has gone, from the last to the first: at its own end, or when the next one comes. */
function endsOf(segments: readonly Segment[]): readonly number[] {
  const ends: number[] = []
  let nextStart = Infinity
  let laterStart = Infinity
  for (const { startMs, durationMs } of segments.toReversed()) {
    // Of several that begin together, none ends the others.
    if (startMs < nextStart) laterStart = nextStart
    nextStart = startMs
    ends.push(Math.min(startMs + Math.max(1, durationMs), laterStart))
  }
  return ends.reverse()
}

/** The lines that show something. U+0000 ends a text in some programs, and is replaced as WebVTT does it. */
const textLines = (text: string): readonly string[] =>
  text
    .replaceAll('\u0000', '\ufffd')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** `HH:MM:SS.mmm`, with as many digits for the hours as there are. */
function timestamp(ms: number, point: ',' | '.'): string {
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = Math.floor(ms / 1_000) % 60
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${point}${String(ms % 1_000).padStart(3, '0')}`
}

const two = (value: number): string => String(value).padStart(2, '0')
