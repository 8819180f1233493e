// Plain tables for people: columns aligned by spaces, so that they can be cut and grepped.

/** Lays out rows below their headings. The last column is not padded. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** An instant as people read it in a table, in UTC: `2026-03-01 12:30:05Z`. */
export const instant = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`
