// How language tags are compared.

/** YouTube has tags that are not well-formed, for tracks with a name of their own; those equal themselves. */
export function canonical(tag: string): string {
  try {
    return (Intl.getCanonicalLocales(tag)[0] ?? tag).toLowerCase()
  } catch {
    return tag.toLowerCase()
  }
}

/** Whether a tag is this language, or a more special one of it: `pt-BR` is `pt`, and `pt` is not `pt-BR`. */
export const isOfLanguage = (tag: string, range: string): boolean =>
  canonical(tag) === canonical(range) || canonical(tag).startsWith(`${canonical(range)}-`)

/** Those that are exactly in this language, and those in a more special one. */
export function findLanguages<T extends { readonly language: string }>(
  range: string,
  items: readonly T[],
): { readonly exact: readonly T[]; readonly special: readonly T[] } {
  const fitting = items.filter(({ language }) => isOfLanguage(language, range))
  const exact = fitting.filter(({ language }) => canonical(language) === canonical(range))
  return { exact, special: fitting.filter((item) => !exact.includes(item)) }
}
