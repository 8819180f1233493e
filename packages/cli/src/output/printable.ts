// Text of others, made safe to show: a title must not move the cursor or ring the bell.

/** Takes out control characters and the marks that turn the reading direction. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()

/** The same for text of several lines: line breaks, of Windows too, and tabs stay. */
export const printableText = (text: string): string => text.replace(/[^\P{Cc}\n\t\r]+|\r(?!\n)/gu, '')

/** Cuts what does not fit, and says so with an ellipsis. */
export const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text
