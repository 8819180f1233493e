// Somebody else's reader of subtitles, which was made for players in browsers.
import * as mediaCaptions from 'media-captions'

export interface ReadCue {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
}

/** The part that is used: the declarations of the package are for bundlers, and say nothing to Node.js's own resolution. */
interface MediaCaptions {
  parseText(
    source: string,
    options: { readonly type: 'srt' | 'vtt'; readonly strict: boolean; readonly errors: true },
  ): Promise<{ readonly cues: readonly TimedCue[]; readonly errors: readonly Error[] }>
  readonly VTTCue: new (start: number, end: number, text: string) => TimedCue
  tokenizeVTTCue(cue: TimedCue): readonly CueNode[]
}

interface TimedCue {
  readonly startTime: number
  readonly endTime: number
  readonly text: string
}

type CueNode = { readonly children: readonly CueNode[] } | { readonly data: string }

const { parseText, tokenizeVTTCue, VTTCue } = mediaCaptions as unknown as MediaCaptions

/** The cues of a file; in strict mode, an error for the first thing that is not as it should be. */
export async function readSubtitles(
  source: string,
  { type, strict = true }: { readonly type: 'srt' | 'vtt'; readonly strict?: boolean },
): Promise<ReadCue[]> {
  const { cues, errors } = await parseText(source, { type, strict, errors: true })
  if (strict && errors.length > 0) throw new AggregateError(errors)
  return cues.map(({ text, startTime, endTime }) => ({
    text,
    startMs: Math.round(startTime * 1_000),
    endMs: Math.round(endTime * 1_000),
  }))
}

/** The text of a cue of WebVTT as a player shows it. */
export function displayed(markup: string): string {
  const textOf = (nodes: readonly CueNode[]): string =>
    nodes.map((node) => ('children' in node ? textOf(node.children) : node.data)).join('')
  return textOf(tokenizeVTTCue(new VTTCue(0, 1, markup)))
}
