// Lines of caption text, and how they flow together: with a space where the script has spaces, and without where not.

/** Every line break that some reader of subtitles takes for one. https://www.unicode.org/reports/tr14/#BK */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

/** The lines that show something, without the space around them. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split(LINE_BREAK)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Whether there is such a line. */
export const showsText = (text: string): boolean => /[^\s\u0085]/.test(text)

/** The text as one line. */
export const flowed = (text: string): string => joinedFlow(linesOf(text)).replace(/[\t ]+/g, ' ')

/** Texts one after the other, as people write them. */
export const joinedFlow = (texts: readonly string[]): string =>
  texts.map((text, index) => jointOf(texts[index - 1] ?? '', text) + text).join('')

/** What stands between two texts that follow each other: nothing between two characters of a script without spaces. */
export const jointOf = (before: string, after: string): '' | ' ' =>
  before === '' || (ENDS_UNSPACED.test(before.slice(-2)) && BEGINS_UNSPACED.test(after.slice(0, 2))) ? '' : ' '

/** Scripts that put no space between words, with their punctuation, and the wide forms of other characters. */
const UNSPACED =
  '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}\\uff01-\\uff60]'
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, 'u')
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u')
