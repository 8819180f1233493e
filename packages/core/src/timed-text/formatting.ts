// Formatting that a text may keep: tags in it, whichever way a format writes them.

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

/**
 * The text without what `tag` finds.
 *
 * @param tag - With the name of an element, after `/` where it ends one, as its first group.
 * @param options.keepFormatting - Keeps those of {@link FORMATTING_TAGS}, without their attributes.
 */
export function withoutTags(
  text: string,
  tag: RegExp,
  { keepFormatting }: { readonly keepFormatting: boolean },
): string {
  if (!keepFormatting) return text.replace(tag, '')
  const kept = text.replace(tag, (_whole, element: string | undefined) => {
    const name = element?.toLowerCase()
    return name !== undefined && FORMATTING_TAGS.has(name.replace('/', '')) ? `<${name}>` : ''
  })
  return tidyTags(kept)
}
