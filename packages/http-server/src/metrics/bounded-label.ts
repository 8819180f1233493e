// A label whose values are not known beforehand, and yet are not too many.

/** What stands for the values beyond the bound. */
export const OTHER = 'other'

/**
 * Makes a function that gives the first `most` different values as they are, and `other` for all that come after them: each
 * value of a label is a series that Prometheus keeps.
 */
export function boundedLabel(most: number): (value: string) => string {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= most || value.length > LONGEST) return OTHER
    known.add(value)
    return value
  }
}

/** In characters. Names are shorter. */
const LONGEST = 100
