// A list of many items, of which most may be wrong.
import { z } from 'zod'
import { MOST_ISSUES } from '../problem.ts'

/**
 * A list whose items are checked one by one until more are wrong than a problem names. Zod checks all of them: for a body
 * of 1 MB with 500,000 wrong items it takes seconds, in which nobody else is answered.
 *
 * @param item - Its description does not reach the document: give that of `items` with `.meta()`.
 */
export const listOf = <Item>(item: z.ZodType<Item>, { least, otherwise }: { least: number; otherwise: string }) =>
  z
    .array(z.unknown(), otherwise)
    .min(least, otherwise)
    .transform((given, context) => {
      const items: Item[] = []
      let wrong = 0
      for (const [index, value] of given.entries()) {
        const result = item.safeParse(value)
        if (result.success) {
          items.push(result.data)
          continue
        }
        for (const { path, message } of result.error.issues)
          context.addIssue({ code: 'custom', path: [index, ...path], message })
        wrong += 1
        if (wrong > MOST_ISSUES) break
      }
      return items
    })
