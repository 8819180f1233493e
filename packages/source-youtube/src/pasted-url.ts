// A URL as people paste it: without its scheme, in the middle of a line that has nothing else.

/** @returns `undefined` when it is none. */
export function pastedUrl(text: string): URL | undefined {
  if (text.length > LONGEST_INPUT) return undefined
  // Two URLs in one string must not silently become the first of them.
  if (/[\s\p{Cc}]/u.test(text)) return undefined
  if (/^(?:https?|vnd\.youtube):/i.test(text)) return parseUrl(text)
  // A colon before digits is a port, so there the scheme is what is missing.
  if (/^[a-z][a-z\d+.-]*:(?!\d)/i.test(text)) return undefined
  return parseUrl(text.startsWith('//') ? `https:${text}` : `https://${text}`)
}

export const parseUrl = (text: string, base?: string): URL | undefined =>
  URL.canParse(text, base) ? new URL(text, base) : undefined

/** Without the empty ones: a slash too many, or one at the end, names nothing. */
export const segmentsOf = (url: URL): string[] => url.pathname.split('/').filter(Boolean).map(decode)

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const LONGEST_INPUT = 4096
