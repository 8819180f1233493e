// A number in a query.
import { z } from 'zod'

/** A whole number from 1 to `most`, as it is written in decimal digits. */
export const wholeNumberUpTo = (most: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN),
    z.int(`Give a whole number from 1 to ${most}`).min(1).max(most),
  )
