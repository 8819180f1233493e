// API_KEYS: `alice=SECRET,bob=SECRET`, or one key on a line. The name of a key is the owner of its jobs.

export interface NamedKey {
  readonly name: string
  readonly secret: string
}

/** @param problem - Told of everything that is wrong, without a word of the secrets. */
export function parseApiKeys(text: string, problem: (why: string) => void): readonly NamedKey[] {
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const keys = entries.flatMap((entry, index) =>
    namedKey(entry, () => problem(`has an entry, number ${index + 1}, that is not NAME=SECRET`)),
  )
  for (const name of repeated(keys.map(({ name }) => name))) problem(`has two keys with the name "${name}"`)
  if (repeated(keys.map(({ secret }) => secret)).length > 0)
    problem('gives one secret to two names; whose jobs would be its jobs?')
  if (entries.length === 0) problem('has no key')
  return keys
}

/** A secret may have further equals signs: base64 ends with them. */
function namedKey(entry: string, malformed: () => void): NamedKey[] {
  const { name, secret } = /^(?<name>[\w.-]{1,64})\s*=\s*(?<secret>[\x21-\x7e]+)$/.exec(entry)?.groups ?? {}
  if (name !== undefined && secret !== undefined) return [{ name, secret }]
  malformed()
  return []
}

const repeated = (texts: readonly string[]): string[] => [
  ...new Set(texts.filter((text, index) => texts.indexOf(text) !== index)),
]
