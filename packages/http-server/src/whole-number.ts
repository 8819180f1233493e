// A number in a query.
import { z } from 'zod'

/** A whole number, as it is written in decimal digits. */
export const wholeNumberBetween = ({ least, most }: { readonly least: number; readonly most: number }) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN),
    z.int(`Give a whole number from ${least} to ${most}`).min(least).max(most),
  )

/** A whole number from 1 to `most`. */
export const wholeNumberUpTo = (most: number) => wholeNumberBetween({ least: 1, most })
