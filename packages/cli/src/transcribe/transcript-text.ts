// A transcript as plain text: one line per segment.
import { decodeSegments, type Transcript } from '@ytscriptify/core'
import { printable, printableLines } from '../output/printable.ts'

/** The text of a completed video, with a line break at its end. */
export const transcriptText = (data: string): string =>
  decodeSegments(data)
    .map(({ text }) => `${printableLines(text)}\n`)
    .join('')

/** What stands above a text where there are several: `# Title (URL)`. */
export function heading({ url, result }: Transcript): string {
  const title = printable(result?.metadata.title ?? '')
  return title === '' ? `# ${printable(url)}\n\n` : `# ${title} (${printable(url)})\n\n`
}
