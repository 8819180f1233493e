// A text as it leaves the command.
import type { Transcript } from '@ytscriptify/core'
import { formatTranscript, type TextOptions } from '@ytscriptify/core/text'
import { printable, printableText } from '../output/printable.ts'

/** In pieces that end with a line. What people read brings no control characters to their terminal. */
export function* writtenText(transcript: Transcript, options: TextOptions): Generator<string> {
  const isEscaped = options.format === 'json' || options.format === 'jsonl'
  for (const piece of formatTranscript(transcript, options)) yield isEscaped ? piece : printableText(piece)
  if (options.format === 'json') yield '\n'
}

/** What stands above a text where there are several: `# Title (URL)`. */
export function heading({ url, result }: Transcript): string {
  const title = printable(result?.metadata.title ?? '')
  return title === '' ? `# ${printable(url)}\n\n` : `# ${title} (${printable(url)})\n\n`
}
