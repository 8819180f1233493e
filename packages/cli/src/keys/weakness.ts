// What makes a key one that somebody else could guess: it is a placeholder, short, or of few different characters.

const MIN_LENGTH = 20
const MIN_VARIETY = 8

/** Words of placeholders, as documentation and templates write them, without their dashes. */
const PLACEHOLDERS = [
  'changeme',
  'changethis',
  'replaceme',
  'replacethis',
  'placeholder',
  'yourapikey',
  'yoursecret',
  'yourkey',
  'mysecret',
  'secretkey',
  'supersecret',
  'insecure',
  'example',
  'password',
  'openssl',
  'benchkey',
]

/** @returns how the sentence about the key goes on, without a word of the key itself; `undefined` when it is strong. */
export function weaknessOf(key: string): string | undefined {
  const letters = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (PLACEHOLDERS.some((word) => letters.includes(word))) return 'is a placeholder'
  if (key.length < MIN_LENGTH) return `has ${key.length} characters; it needs ${MIN_LENGTH}`
  if (new Set(key).size < MIN_VARIETY) return 'repeats a few characters only'
  return isSequence(key) ? 'is a row of neighbouring characters' : undefined
}

/** `abcdefghijkl…`, `0123456789…`: nearly every character follows the one before it. */
function isSequence(key: string): boolean {
  const codes = Array.from(key, (character) => character.codePointAt(0) ?? 0)
  const neighbours = codes.filter((code, index) => index > 0 && Math.abs(code - (codes[index - 1] ?? 0)) <= 1)
  return neighbours.length > key.length * 0.75
}
