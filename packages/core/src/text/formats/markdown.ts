// Markdown: the title, where the video is, and each text as a paragraph behind the moment at which it is said.
// https://spec.commonmark.org/0.31.2/
import type { Segment } from '../../transcript.ts'
import { flowed } from '../lines.ts'
import { clockOf } from '../moments.ts'
import { momentLink, videoLink } from '../video-links.ts'
import type { DescribedVideo } from '../described-video.ts'

export function* markdown(segments: Iterable<Segment>, video: DescribedVideo): Generator<string> {
  const { title, channel } = video.result?.metadata ?? {}
  yield `# ${escaped(flowed(title ?? '')) || escaped(video.videoId)}\n\n`
  yield `${[whereabouts(video), ...(channel === undefined ? [] : [escaped(flowed(channel))])].join(' · ')}\n\n`
  for (const { text, startMs } of segments) {
    const flow = flowed(text)
    if (flow !== '') yield `${linked(momentLink(video, startMs), clockOf(startMs))} ${escaped(flow)}\n\n`
  }
}

/** What is no address of the web stands at the beginning of a line, where a number or a dash would mean something too. */
function whereabouts(video: DescribedVideo): string {
  const address = videoLink(video)
  return isWeb(address) ? `<${encoded(address)}>` : flowed(address).replace(/[!-/:-@[-`{-~]/g, '\\$&')
}

const linked = (address: string, text: string): string => (isWeb(address) ? `[${text}](${encoded(address)})` : text)

const isWeb = (address: string): boolean => /^https?:\/\//i.test(address)

/** Without the signs that would end a link. */
const encoded = (address: string): string =>
  address
    .replace(/[<>\\\s]/g, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29')

/**
 * What people say is no markup, whatever signs it has. Besides those of CommonMark, those of the dialects that people keep
 * notes in: `~~`, `==`, `$`, `#tag`, `{…}`.
 */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<{}~$#]|&(?=#?\w+;)|=(?==)|(?<==)=/g, '\\$&')
