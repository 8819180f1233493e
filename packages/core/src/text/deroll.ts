// Captions that roll, as they were spoken. A screen that rolls shows a line again above the next one, and every caption
// file of it has each word two or three times; a speaker who repeats a word has it twice as well, and means it.
import type { Segment } from '../transcript.ts'
import { linesOf, showsText } from './lines.ts'
import { overlapOf } from './overlap.ts'
import { endOf, endsOf, inOrder } from './segment-times.ts'

/**
 * Takes out what was only shown again, and ends each segment when the next begins.
 *
 * Where a quarter of the segments or more roll, a segment loses the lines with which the one before ended; what then has
 * nothing new is left out, and its time goes to the one before. A line that carries on from the one before without a line
 * break counts as well, from two words on. Where fewer roll, a repetition is what was said: every text stays as it is.
 *
 * @param segments - In any order.
 * @returns in the order of time, without those that show nothing.
 * @example
 * ```ts
 * const shown = [
 *   { text: 'four score', startMs: 0, durationMs: 2_000 },
 *   { text: 'four score\nand seven', startMs: 2_000, durationMs: 2_000 },
 * ]
 * [...deroll(shown)].map(({ text }) => text) // ['four score', 'and seven']
 * ```
 */
export function* deroll(segments: Iterable<Segment>): Generator<Segment> {
  const shown = inOrder([...segments].filter(({ text }) => showsText(text)))
  const fresh = freshTextsOf(shown)
  const spoken = rolls(shown, fresh) ? withoutRolls(shown, fresh) : shown
  const ends = endsOf(spoken)
  for (const [index, segment] of spoken.entries())
    yield { ...segment, durationMs: (ends[index] ?? endOf(segment)) - segment.startMs }
}

/** Of 349 recorded captions that do not roll, none looks as if it did; of those that roll, a third at least. */
const LEAST_SHARE = 0.25

/** A roll follows at once; players leave a frame or two between. */
const MOST_GAP_MS = 100

/** YouTube ends each line with a caption that shows it alone for 10 ms. */
const MOST_PASSING_MS = 50

function rolls(segments: readonly Segment[], fresh: readonly string[]): boolean {
  const steps = segments.filter((segment, index) => index > 0 && isRollingStep(segment, fresh[index] ?? '')).length
  return steps > 0 && steps >= (segments.length - 1) * LEAST_SHARE
}

/** Two captions that are the same prove nothing: the refrain of a song is like that. */
const isRollingStep = ({ text, durationMs }: Segment, fresh: string): boolean =>
  fresh === '' ? durationMs <= MOST_PASSING_MS : fresh !== text

function withoutRolls(segments: readonly Segment[], fresh: readonly string[]): readonly Segment[] {
  const spoken: Segment[] = []
  for (const [index, segment] of segments.entries()) {
    const text = fresh[index] ?? ''
    const last = spoken.at(-1)
    if (text !== '' || !last) spoken.push({ ...segment, text })
    else spoken.splice(-1, 1, { ...last, durationMs: Math.max(last.durationMs, endOf(segment) - last.startMs) })
  }
  return spoken
}

/** What each segment says that the screen did not show already. */
const freshTextsOf = (segments: readonly Segment[]): readonly string[] =>
  segments.map((segment, index) => {
    const previous = segments[index - 1]
    return previous && mayCarryOn(previous, segment) ? freshTextOf(previous, segment) : segment.text
  })

/** A quick look, since nearly no segment of nearly every text does. */
function mayCarryOn(previous: Segment, segment: Segment): boolean {
  if (segment.startMs - endOf(previous) > MOST_GAP_MS) return false
  const [first = ''] = /\S+/.exec(segment.text) ?? []
  return previous.text.includes(first) && segment.text.includes(lastWordOf(previous.text))
}

function freshTextOf(previous: Segment, segment: Segment): string {
  const [linesBefore, lines] = [linesOf(previous.text), linesOf(segment.text)]
  const carriedLines = overlapOf(linesBefore, lines)
  if (carriedLines > 0) return lines.slice(carriedLines).join('\n')

  // Converters put the lines of a caption into one.
  const [wordsBefore, words] = [wordsOf(linesBefore), wordsOf(lines)]
  const carriedWords = overlapOf(wordsBefore, words)
  const isChance = carriedWords < 2 && carriedWords < wordsBefore.length
  return carriedWords === 0 || isChance ? segment.text : words.slice(carriedWords).join(' ')
}

const wordsOf = (lines: readonly string[]): readonly string[] => lines.flatMap((line) => line.split(/\s+/))

/** From its end: an expression would look at the rest of the text once for each of its words. */
function lastWordOf(text: string): string {
  const shown = text.trimEnd()
  let start = shown.length
  while (start > 0 && /\S/.test(shown.charAt(start - 1))) start -= 1
  return shown.slice(start)
}
