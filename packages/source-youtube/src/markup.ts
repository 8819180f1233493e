// Reads well-formed markup in one pass and in linear time, whatever it is given: captions come from outside, and a
// body that was cut off must be noticed rather than taken for a short transcript.

export type MarkupEvent =
  | { readonly type: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly type: 'close'; readonly name: string }
  /** `raw`: from a CDATA section, so that its character references are none. */
  | { readonly type: 'text'; readonly text: string; readonly raw: boolean }

/** Markup that is cut off or whose elements do not match. */
export class MarkupError extends Error {
  override readonly name = 'MarkupError'
}

/**
 * Gives the elements and texts of a document in their order. An empty element gives `open` and `close`.
 *
 * @throws {MarkupError} as soon as the markup proves not to be well-formed, at the latest at its end.
 */
export function* readMarkup(source: string): Generator<MarkupEvent, void, undefined> {
  const open: string[] = []
  let at = 0
  while (at < source.length) {
    const start = source.indexOf('<', at)
    const textEnd = start === -1 ? source.length : start
    if (textEnd > at) yield { type: 'text', text: source.slice(at, textEnd), raw: false }
    if (start === -1) break

    if (source.startsWith('<!--', start)) {
      at = endOf(source, '-->', start + 4)
    } else if (source.startsWith(CDATA, start)) {
      at = endOf(source, ']]>', start + CDATA.length)
      yield { type: 'text', text: source.slice(start + CDATA.length, at - 3), raw: true }
    } else if (source.startsWith('<?', start)) {
      at = endOf(source, '?>', start + 2)
    } else if (source.startsWith('<!', start)) {
      at = endOf(source, '>', start + 2)
    } else if (source.startsWith('</', start)) {
      at = endOf(source, '>', start + 2)
      const name = source.slice(start + 2, at - 1).trim()
      if (open.pop() !== name) throw new MarkupError(`Closes "${name.slice(0, 20)}", which is not open.`)
      yield { type: 'close', name }
    } else {
      at = endOfTag(source, start + 1)
      const tag = tagOf(source.slice(start + 1, at - 1))
      yield { type: 'open', name: tag.name, attributes: tag.attributes }
      if (tag.empty) yield { type: 'close', name: tag.name }
      else if (open.push(tag.name) > DEEPEST) throw new MarkupError('Nested too deeply.')
    }
  }
  if (open.length > 0) throw new MarkupError(`Ends inside of "${open.join(' ').slice(0, 40)}".`)
}

const CDATA = '<![CDATA['

// Captions nest three or four deep.
const DEEPEST = 32

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  if (found === -1) throw new MarkupError(`Ends before "${mark}".`)
  return found + mark.length
}

/** An attribute may contain ">", so quotes count. */
function endOfTag(source: string, from: number): number {
  let quote = ''
  for (let at = from; at < source.length; at += 1) {
    const character = source.charAt(at)
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") {
      quote = character
    } else if (character === '>') {
      return at + 1
    } else if (character === '<') {
      break
    }
  }
  throw new MarkupError('Ends inside of a tag.')
}

function tagOf(content: string): { name: string; attributes: Map<string, string>; empty: boolean } {
  const name = /^[^\s/]+/.exec(content)?.[0]
  if (name === undefined) throw new MarkupError('A tag without a name.')
  const attributes = new Map<string, string>()
  const attribute = /\s+([^\s=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y
  attribute.lastIndex = name.length
  for (let match = attribute.exec(content); match; match = attribute.exec(content)) {
    attributes.set(match[1] ?? '', match[2] ?? match[3] ?? '')
  }
  return { name, attributes, empty: content.endsWith('/') }
}
