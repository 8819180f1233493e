// SubRip, as the program of that name wrote it: numbered cues, and the line ends of Windows.
import type { Segment } from '../../transcript.ts'
import { cuesOf, timestamp } from './cues.ts'

export function* subRip(segments: Iterable<Segment>): Generator<string> {
  let number = 0
  for (const { lines, startMs, endMs } of cuesOf(segments)) {
    number += 1
    // An arrow in a text reads as a line of times to some players, and SubRip knows no way to write it otherwise.
    const text = lines.map((line) => line.replace(/-{2,}>/g, '->')).join('\r\n')
    yield `${number}\r\n${timestamp(startMs, ',')} --> ${timestamp(endMs, ',')}\r\n${text}\r\n\r\n`
  }
}
