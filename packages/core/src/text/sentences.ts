// Segments as sentences: captions break lines where the screen ends, not where a thought does.
import type { Segment } from '../transcript.ts'
import { joinedFlow, jointOf, linesOf } from './lines.ts'
import { timeAt } from './segment-times.ts'
import { endsSentence, sentenceEndsIn } from './sentence-ends.ts'

export interface SentenceOptions {
  /**
   * A silence of so many milliseconds ends a sentence, whatever its punctuation.
   *
   * @default 3000
   */
  readonly pauseMs?: number
  /**
   * Where there is no punctuation, as in most generated captions, a sentence ends with the last segment that fits in so many
   * characters. A segment is never cut for it.
   *
   * @default 300
   */
  readonly maxCharacters?: number
}

export const SENTENCE_DEFAULTS = { pauseMs: 3_000, maxCharacters: 300 } as const satisfies Required<SentenceOptions>

/**
 * Yields one segment for each sentence, with all words in their order.
 *
 * A sentence ends with its punctuation in any script, at a pause, where another speaker begins (`>>`, or a line with `- `),
 * and before and after a sound or a line of a song that is a segment of its own (`[Music]`, `♪ … ♪`). It begins and ends
 * inside a segment where its text does, by its share of the characters.
 *
 * @param segments - In the order of time, without doubled words; see {@link deroll}.
 * @example
 * ```ts
 * const captions = [
 *   { text: 'It is done. It', startMs: 0, durationMs: 2_000 },
 *   { text: 'is good.', startMs: 2_000, durationMs: 1_000 },
 * ]
 * [...sentences(captions)].map(({ text }) => text) // ['It is done.', 'It is good.']
 * ```
 */
export function* sentences(segments: Iterable<Segment>, options: SentenceOptions = {}): Generator<Segment> {
  const { pauseMs, maxCharacters } = { ...SENTENCE_DEFAULTS, ...options }
  let parts: Clause[] = []
  let length = 0
  for (const clause of inSequence(segments)) {
    const last = parts.at(-1)
    const isOver =
      last !== undefined &&
      (clause.begins ||
        last.isSound ||
        clause.startMs - last.endMs >= pauseMs ||
        length + clause.text.length > maxCharacters ||
        endsSentence(last.text, clause.text))
    if (isOver) {
      yield sentenceOf(parts)
      parts = []
      length = 0
    }
    parts.push(clause)
    length += clause.text.length + 1
  }
  if (parts.length > 0) yield sentenceOf(parts)
}

/** Whether a sentence is one of another speaker than the one before. */
export const beginsSpeaker = (text: string): boolean => /^(?:>>|- )/.test(text)

/** A sound in brackets, or music. */
export const isSound = (text: string): boolean =>
  /^[♩-♬]|[♩-♬]$/u.test(text) || /^(?:\[[^[\]]*\]|\([^()]*\)|（[^（）]*）|【[^【】]*】|［[^［］]*］)$/u.test(text)

/** A part of a segment that no sentence ends inside of. */
interface Clause {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  /** Whatever came before ends here. */
  readonly begins: boolean
  readonly isSound: boolean
}

/** Those of segments that begin together, of two speakers, come one after the other as well. */
function* inSequence(segments: Iterable<Segment>): Generator<Clause> {
  let reachedMs = 0
  for (const segment of segments) {
    for (const clause of clausesOf(segment)) {
      reachedMs = Math.max(reachedMs, clause.startMs)
      yield { ...clause, startMs: reachedMs, endMs: Math.max(reachedMs, clause.endMs) }
    }
  }
}

function* clausesOf(segment: Segment): Generator<Clause> {
  const lines = linesOf(segment.text)
  const flow = joinedFlow(lines)
  const spoken = { ...segment, text: flow }
  const sound = isSound(flow)
  const cuts = sound ? [] : [...speakersIn(lines), ...sentenceEndsIn(flow)].sort((a, b) => a - b)
  let start = 0
  for (const end of [...cuts, flow.length]) {
    const text = flow
      .slice(start, end)
      .trim()
      .replace(/[\t ]+/g, ' ')
    if (text !== '') {
      const begins = sound || beginsSpeaker(text)
      yield { text, startMs: timeAt(spoken, start), endMs: timeAt(spoken, end), begins, isSound: sound }
    }
    start = end
  }
}

/** Where speakers begin in the flow of the lines. A dash inside a line is a dash. */
function speakersIn(lines: readonly string[]): readonly number[] {
  const offsets: number[] = []
  if (!lines.some((line) => line.includes('>>') || line.startsWith('- '))) return offsets
  let start = 0
  for (const [index, line] of lines.entries()) {
    start += jointOf(lines[index - 1] ?? '', line).length
    if (line.startsWith('- ')) offsets.push(start)
    for (const mark of line.matchAll(/(?<=^|\s)>>/g)) offsets.push(start + mark.index)
    start += line.length
  }
  return offsets
}

const sentenceOf = (clauses: readonly Clause[]): Segment => {
  const startMs = clauses[0]?.startMs ?? 0
  const endMs = clauses.reduce((latest, clause) => Math.max(latest, clause.endMs), startMs)
  return { text: joinedFlow(clauses.map(({ text }) => text)), startMs, durationMs: endMs - startMs }
}
