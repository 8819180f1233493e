// Generated captions that YouTube really gave, where they are at hand: they belong to their owners and are no part of the
// project. The captions of our own that roll say the same, everywhere.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { deroll } from '../../src/text/deroll.ts'
import { paragraphs } from '../../src/text/paragraphs.ts'
import type { Segment } from '../../src/transcript.ts'
import { ADDRESS, rolling, wordsOf } from './captions.ts'
import { readSubtitles } from './read-subtitles.ts'

const folder = fileURLToPath(new URL('../../../../../shared/youtube/timedtext/', import.meta.url))
const recorded = (name: string): string => readFileSync(folder + name, 'utf8')

describe('words that come out, against words that were spoken', () => {
  it('are as many in captions that roll', () => {
    const captions = rolling(ADDRESS)

    const counts = [wordsOf(captions), wordsOf(deroll(captions)), ADDRESS.join(' ').split(' ')].map(
      ({ length }) => length,
    )

    expect(counts).toEqual([86, 30, 30])
  })
})

describe.runIf(existsSync(folder))('recorded captions', () => {
  it('as WebVTT have twice the words that were spoken, and once when they are derolled', async () => {
    const captions = await readVtt(recorded('vtt-asr-sample.vtt'))

    expect(wordsOf(captions)).toHaveLength(15)
    expect(wordsOf(deroll(captions)).join(' ')).toBe("yeah what this will happen is I'm telling")
    expect(wordsOf(paragraphs(deroll(captions)))).toHaveLength(8)
  })

  it('as srv3 have each word once, and keep one that was said twice', () => {
    const captions = readSrv3(recorded('srv3-asr-excerpt.xml'))

    const spoken = [...deroll(captions)]

    expect(wordsOf(spoken).join(' ')).toBe("[Music] ridiculous ridiculous transitions okay what's up mkbhd here")
    expect(spoken.map(({ startMs, durationMs }) => startMs + durationMs)).toEqual([8_589, 12_080, 16_640])
  })

  it.each(['srv3-manual-198.xml', 'json3-manual-151.json'])('made by people stay as they are: %s', (name) => {
    const captions = name.endsWith('.xml') ? readSrv3(recorded(name)) : readJson3(recorded(name))

    expect(wordsOf(deroll(captions))).toEqual(wordsOf(captions))
    expect(wordsOf(paragraphs(deroll(captions)))).toEqual(wordsOf(captions))
  })
})

/** Where a line of times follows a text at once, a cue begins: the parser here does not know. */
async function readVtt(source: string): Promise<Segment[]> {
  const cues = await readSubtitles(source.replace(/^(?=[\d:.]+ --> )/gm, '\n'), { type: 'vtt', strict: false })
  return cues.map(({ text, startMs, endMs }) => ({
    text: text.replace(/<[^>]*>/g, ''),
    startMs,
    durationMs: endMs - startMs,
  }))
}

const readSrv3 = (source: string): Segment[] =>
  [...source.matchAll(/<p t="(\d+)"(?: d="(\d+)")?[^>]*>([\s\S]*?)<\/p>/g)].map(([, start, duration, markup = '']) => ({
    text: markup
      .replace(/<[^>]*>/g, '')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&'),
    startMs: Number(start),
    durationMs: Number(duration ?? 0),
  }))

function readJson3(source: string): Segment[] {
  const { events }: { events: { tStartMs: number; dDurationMs?: number; segs?: { utf8: string }[] }[] } =
    JSON.parse(source)
  return events.map(({ tStartMs, dDurationMs = 0, segs = [] }) => ({
    text: segs.map(({ utf8 }) => utf8).join(''),
    startMs: tStartMs,
    durationMs: dDurationMs,
  }))
}
