// Gives lines of text their times, as people and as speech recognition would.
import type { Segment, TrackKind } from '@ytscriptify/core'

/** A caption track of a video of the stand-in. */
export interface StandInTrack {
  /** BCP 47: `en`, `pt-BR`. */
  readonly language: string
  readonly kind: TrackKind
  /** As viewers see it: `English (auto-generated)`. */
  readonly name: string
  /** What a client must make of it. */
  readonly segments: readonly Segment[]
  /** The texts of the segments with `<b>` and `<i>`, where somebody has formatted them. */
  readonly formatted?: readonly string[]
}

export const nameOf = (language: string): string =>
  new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(language) ?? language

/**
 * Written by somebody: one caption after another, with punctuation and line breaks.
 *
 * @param lines - May be formatted with `<b>` and `<i>`.
 */
export function manualTrack(language: string, lines: readonly string[]): StandInTrack {
  let startMs = 480
  const segments = lines.map((line) => {
    const text = line.replace(FORMATTING, '')
    const segment = { text, startMs, durationMs: 900 + 55 * text.length }
    startMs += segment.durationMs + 120
    return segment
  })
  const isFormatted = lines.some((line) => line.search(FORMATTING) >= 0)
  return { language, kind: 'manual', name: nameOf(language), segments, ...(isFormatted && { formatted: lines }) }
}

const FORMATTING = /<\/?[bi]>/g

/** As YouTube would translate it; this machine knows no language, and names it instead. */
export const translatedTrack = ({ segments }: StandInTrack, language: string): StandInTrack => ({
  language,
  kind: 'generated',
  name: nameOf(language),
  segments: segments.map((segment) => ({ ...segment, text: `[${language}] ${segment.text}` })),
})

/** Heard by a machine: a few words at a time, no punctuation, each caption still shown while the next one comes. */
export function generatedTrack(language: string, lines: readonly string[]): StandInTrack {
  const words = lines
    .flatMap((line) =>
      line
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s'-]/gu, '')
        .split(/\s+/),
    )
    .filter(Boolean)
  const rows: string[] = []
  for (let at = 0; at < words.length; at += WORDS_PER_ROW) rows.push(words.slice(at, at + WORDS_PER_ROW).join(' '))
  const segments = rows.map((text, index) => ({ text, startMs: 160 + index * ROW_MS, durationMs: 2 * ROW_MS - 41 }))
  return { language, kind: 'generated', name: `${nameOf(language)} (auto-generated)`, segments }
}

const WORDS_PER_ROW = 7

const ROW_MS = 2_240
