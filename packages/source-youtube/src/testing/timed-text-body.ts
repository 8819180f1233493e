// Writes a track in the formats of YouTube, with their peculiarities.
import type { Segment } from '@ytscriptify/core'
import type { StandInTrack } from './tracks.ts'

/** @param format - The `fmt` that was asked for. YouTube's answer without one is the classic format. */
export function timedTextBody(track: StandInTrack, format: string | null): { contentType: string; body: string } {
  if (format === 'srv3') return { contentType: 'text/xml; charset=UTF-8', body: srv3(track) }
  if (format === 'json3') return { contentType: 'application/json; charset=UTF-8', body: json3(track) }
  return { contentType: 'text/xml; charset=UTF-8', body: classic(track) }
}

const HEAD = '<?xml version="1.0" encoding="utf-8" ?>'

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Milliseconds. Generated captions come in words, and with rows that only break the line. */
function srv3({ kind, segments, formatted }: StandInTrack): string {
  const rows = segments.map((segment, index) =>
    kind === 'generated' ? wordsOf(segment) : rowOf(segment, penned(formatted?.[index]) ?? escape(segment.text)),
  )
  const pens = Object.keys(PENS).map((tag, index) => `<pen id="${index + 1}" ${tag}="1"/>`)
  const window = '<ws id="0"/><wp id="1" ap="6" ah="20" av="100" rc="2" cc="40"/>'
  const head = kind === 'generated' ? `<head>${window}</head>` : formatted ? `<head>${pens.join('')}</head>` : ''
  return `${HEAD}<timedtext format="3">\n${head}<body>\n${rows.join('\n')}\n</body>\n</timedtext>\n`
}

const rowOf = ({ startMs, durationMs }: Segment, content: string): string =>
  `<p t="${startMs}" d="${durationMs}">${content}</p>`

/** Pens by the tag that they stand for. */
const PENS: Readonly<Record<string, number>> = { b: 1, i: 2 }

/** Bold and italic type as pieces that are written with another pen. */
const penned = (text: string | undefined): string | undefined =>
  text &&
  escape(text)
    .replace(/&lt;([bi])&gt;/g, (_tag, name: string) => `<s p="${PENS[name] ?? 0}">`)
    .replace(/&lt;\/[bi]&gt;/g, '</s>')

function wordsOf({ text, startMs, durationMs }: Segment): string {
  const words = text.split(' ').map((word, index) => {
    const offset = index === 0 ? '' : ` t="${index * 300}"`
    return `<s${offset} ac="0">${index === 0 ? '' : ' '}${escape(word)}</s>`
  })
  const filler = `<p t="${startMs + durationMs - 10}" w="1" a="1">\n</p>`
  return `<p t="${startMs}" d="${durationMs}" w="1">${words.join('')}</p>\n${filler}`
}

/** Seconds, and the text escaped twice, as it is HTML inside of XML. */
function classic({ segments, formatted }: StandInTrack): string {
  const rows = segments.map(({ text, startMs, durationMs }, index) => {
    const html = formatted?.[index]?.replace(/&/g, '&amp;') ?? escape(text)
    return `<text start="${startMs / 1000}" dur="${durationMs / 1000}">${escape(html)}</text>`
  })
  return `${HEAD}<transcript>${rows.join('')}</transcript>`
}

function json3({ segments, formatted }: StandInTrack): string {
  const pens = [{}, { bAttr: 1 }, { iAttr: 1 }]
  const events = segments.map(({ text, startMs, durationMs }, index) => ({
    tStartMs: startMs,
    dDurationMs: durationMs,
    segs: piecesOf(formatted?.[index] ?? text),
  }))
  return JSON.stringify({ wireMagic: 'pb3', pens, events: [{ tStartMs: 0, dDurationMs: 1, id: 1 }, ...events] })
}

/** `one <i>two</i>` in two pieces, of which the second has a pen. */
const piecesOf = (text: string): object[] =>
  [...text.matchAll(/<([bi])>([^<]*)<\/[bi]>|((?!<[bi]>)[^])+/g)].map(([piece, tag, inner]) =>
    tag === undefined ? { utf8: piece } : { utf8: inner, pPenId: PENS[tag] },
  )
