// Comma-separated values. https://www.rfc-editor.org/rfc/rfc4180
import type { Segment } from '../../transcript.ts'
import { linesOf } from '../lines.ts'
import type { DescribedVideo } from '../described-video.ts'

export function* csv(segments: Iterable<Segment>, { videoId }: DescribedVideo): Generator<string> {
  yield 'video_id,start_ms,duration_ms,text\r\n'
  // An id of these characters can be no formula that does anything, and others join their tables by it.
  const id = /^[\w-]*$/.test(videoId) ? videoId : cell(videoId)
  for (const { text, startMs, durationMs } of segments)
    yield `${id},${startMs},${durationMs},${cell(linesOf(text).join('\n'))}\r\n`
}

/**
 * With an apostrophe in front, spreadsheets take for text what strangers say, and not for a formula that calls home. Who wants
 * the text to the letter takes one apostrophe away from before these signs. https://owasp.org/www-community/attacks/CSV_Injection
 */
function cell(text: string): string {
  const safe = /^'*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
