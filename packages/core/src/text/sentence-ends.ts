// Where sentences end, in any script. Unicode's own rules (https://www.unicode.org/reports/tr29/#Sentence_Boundaries) differ
// from one version of Node.js to the next and end a sentence after "Mr."; these do not.

/** One or more signs that end sentences, and what may close after them: quotes and brackets. */
const TERMINATOR = /\p{Sentence_Terminal}+[\p{Pe}\p{Pf}\p{Pi}"']*/gu

/** They need no space behind them. */
const WIDE = /[。．！？｡]/u

/** Where one sentence may end and the next begin, inside of a line. */
export function* sentenceEndsIn(line: string): Generator<number> {
  for (const match of line.matchAll(TERMINATOR)) {
    const end = match.index + match[0].length
    if (end === line.length) return
    if (WIDE.test(match[0]) || /\s/.test(line.charAt(end))) yield end
  }
}

/** Whether a text is a whole sentence, seeing what follows. */
export function endsSentence(text: string, following: string): boolean {
  if (!LAST.test(text.slice(-2))) return false
  const [, before = '', signs = '', closing = ''] = ENDING.exec(text.slice(-TAIL)) ?? []
  if (signs === '') return false
  const goesOn = /^\s*\p{Ll}/u.test(following.slice(0, TAIL))
  if (/^\.+$/.test(signs)) return !goesOn && (signs.length > 1 || !ABBREVIATION.test(before))
  // "What?" she said.
  return !(goesOn && closing !== '')
}

/** In characters: more than any title has. */
const TAIL = 32

/** A quick look, since most captions end within a sentence. */
const LAST = /[\p{Sentence_Terminal}\p{Pe}\p{Pf}\p{Pi}"']$/u

const ENDING = /^(.*?)(\p{Sentence_Terminal}+)([\p{Pe}\p{Pf}\p{Pi}"']*)$/su

/** A title, or the initial of a name. "I." is a word. */
const ABBREVIATION =
  /(?:^|[^\p{L}\p{N}])(?:Mr|Mrs|Ms|Mx|Dr|Prof|St|Sr|Sra|Jr|Mt|vs|Gen|Sen|Rep|Gov|Capt|Lt|Col|Sgt|Rev|[^\P{Lu}I])$/u
