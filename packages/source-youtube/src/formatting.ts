// Formatting that a text may keep: tags in it, whichever way YouTube writes them.

/** The tags that stay in the classic format, where captions are HTML: those of emphasis and of the kind of text. */
export const FORMATTING_TAGS: ReadonlySet<string> = new Set([
  'strong',
  'em',
  'b',
  'i',
  'mark',
  'small',
  'del',
  'ins',
  'sub',
  'sup',
])

/** What a pen of srv3 and json3 can be, as a tag. */
export type PenTag = 'b' | 'i'

export const openingTags = (tags: readonly PenTag[]): string => tags.map((tag) => `<${tag}>`).join('')

export const closingTags = (tags: readonly PenTag[]): string =>
  tags
    .map((tag) => `</${tag}>`)
    .reverse()
    .join('')

/** Without tags around nothing, and without those that end where the same begins: words come with a pen each. */
export const tidyTags = (text: string): string => withoutIdle(withoutIdle(text))

/** One level: of `<b><i></i></b>` the inner pair. */
const withoutIdle = (text: string): string => text.replace(NOTHING_INSIDE, '$2').replace(NOTHING_BETWEEN, '')

// After the name at once its end, so that both take linear time.
const NOTHING_INSIDE = /<([a-z]{1,6})>(\s*)<\/\1>/g
const NOTHING_BETWEEN = /<\/([a-z]{1,6})><\1>/g
