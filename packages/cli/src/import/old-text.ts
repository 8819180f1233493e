// Texts as the older service stored them: a JSON list of rows with a text, and its start and duration in seconds.
import { encodeSegments, type Segment, type TranscriptContent } from '@ytscriptify/core'

export type OldText =
  | { readonly type: 'usable'; readonly content: TranscriptContent }
  /** `why` follows "its text" in a sentence: `is no JSON`. */
  | { readonly type: 'unusable'; readonly why: string }

/** Reads a stored text. Nobody wrote down its language, nor whether a person had made the captions. */
export function parseOldText(data: string | null): OldText {
  if (data === null || data.trim() === '') return unusable('is missing')
  const rows = rowsIn(data)
  if (rows === undefined) return unusable('is no JSON')
  if (!Array.isArray(rows)) return unusable('is no list')
  if (rows.length === 0) return unusable('is empty')
  const segments: Segment[] = []
  for (const [index, row] of rows.entries()) {
    const segment = segmentOf(row)
    if (!segment) return unusable(`has no usable row ${index + 1}`)
    segments.push(segment)
  }
  return { type: 'usable', content: { ...UNKNOWN, data: encodeSegments(segments) } }
}

/** `und` is the tag for a language that nobody has determined (BCP 47), and `generated` promises less than `manual`. */
const UNKNOWN = {
  language: 'und',
  kind: 'generated',
  metadata: { provenance: { importedFrom: 'the older service' } },
} as const satisfies Omit<TranscriptContent, 'data'>

/** A column of the type JSON that was given JSON has it twice: as text within text. */
function rowsIn(data: string): unknown {
  const value = parseJson(data)
  return typeof value === 'string' ? parseJson(value) : value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function segmentOf(row: unknown): Segment | undefined {
  if (typeof row !== 'object' || row === null || !('text' in row) || typeof row.text !== 'string') return undefined
  const startMs = millisecondsOf('start' in row ? row.start : undefined)
  const durationMs = millisecondsOf('duration' in row ? row.duration : 0)
  return startMs === undefined || durationMs === undefined ? undefined : { text: row.text, startMs, durationMs }
}

/** YouTube itself has begun a caption a little before the beginning. */
function millisecondsOf(seconds: unknown): number | undefined {
  const value = typeof seconds === 'string' && seconds.trim() !== '' ? Number(seconds) : seconds
  if (typeof value !== 'number') return undefined
  const ms = Math.max(0, Math.round(value * 1_000))
  return Number.isSafeInteger(ms) ? ms : undefined
}

const unusable = (why: string): OldText => ({ type: 'unusable', why })
