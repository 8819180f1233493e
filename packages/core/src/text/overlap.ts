/**
 * How many items the end of one list and the beginning of another have in common, at most. In linear time, whatever the
 * lists are: a text of one word a million times is quickly made.
 */
export function overlapOf(before: readonly string[], after: readonly string[]): number {
  const fallbacks = fallbacksOf(after)
  let matched = 0
  for (const item of before.slice(-after.length)) {
    while (matched > 0 && item !== after[matched]) matched = fallbacks[matched - 1] ?? 0
    if (item === after[matched]) matched += 1
  }
  return matched
}

/** For each beginning of the list, how much of it is its end too. Knuth, Morris and Pratt, 1977. */
function fallbacksOf(items: readonly string[]): readonly number[] {
  const fallbacks: number[] = [0]
  let matched = 0
  for (const item of items.slice(1)) {
    while (matched > 0 && item !== items[matched]) matched = fallbacks[matched - 1] ?? 0
    if (item === items[matched]) matched += 1
    fallbacks.push(matched)
  }
  return fallbacks
}
