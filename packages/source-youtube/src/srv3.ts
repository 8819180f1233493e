// Writes captions in YouTube's format srv3, in the plainest form that it has.
import type { Segment } from '@ytscriptify/core'

/**
 * Writes what every parser of srv3 reads back unchanged, also one that decodes character references in several passes:
 * only `&`, `<` and `>` are escaped, as decimal references, which such parsers decode last.
 */
export function toSrv3(rows: readonly Segment[]): string {
  const body = rows.map(({ text, startMs, durationMs }) => `<p t="${startMs}" d="${durationMs}">${escape(text)}</p>`)
  return `<timedtext format="3"><body>${body.join('')}</body></timedtext>`
}

const escape = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
