/**
 * About how many tokens a language model makes of a text, without the table of any model.
 *
 * Four ASCII characters count as one token, two letters of any other alphabet as one, and a Chinese, Japanese or Korean
 * character or any other sign as one each. Against the tokenizer of GPT-4o (`o200k_base`), the same sentences in seventeen
 * languages come out between 0.85 and 1.8 of its count, English at 1.3: rather too many, so that what reads a chunk does not
 * cut it off.
 *
 * @returns a whole number; 0 for an empty text.
 * @example
 * ```ts
 * estimateTokens('four score and seven') // 5
 * estimateTokens('四十と七年') // 5
 * ```
 */
export const estimateTokens = (text: string): number => Math.ceil(tokenWeightOf(text))

/** The same before it is rounded up, so that the parts of a text weigh as much as the whole. */
export function tokenWeightOf(text: string): number {
  let quarters = 0
  for (const character of text) quarters += quartersOf(character)
  return quarters / 4
}

function quartersOf(character: string): number {
  if (character <= '\u007f') return 1
  if (ONE_EACH.test(character)) return 4
  return /[\p{L}\p{M}]/u.test(character) ? 2 : 4
}

const ONE_EACH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
