// The description of a video as it is stored, and the same in every chunk of its text.

/** As long as YouTube lets one be: 5,000 characters. https://support.google.com/youtube/answer/57407 */
const LONGEST = 5_000

/** Its beginning, of at most 5,000 UTF-16 code units, which never ends in half a character. @returns `undefined` for none. */
export function boundedDescription(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined
  return text.slice(0, LONGEST).replace(text.length > LONGEST ? /[\ud800-\udbff]$/ : '', '')
}
