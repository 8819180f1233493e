// The examples of docs/text.md are what the functions write.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatTranscript } from '../../src/text/format-transcript.ts'
import type { TextOptions } from '../../src/text/text-options.ts'
import { viewOf } from '../../src/text/views.ts'
import { segment, wordsOf } from './captions.ts'
import { completed } from './transcripts.ts'

const guide = readFileSync(new URL('../../../../docs/text.md', import.meta.url), 'utf8')

const blockOf = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(guide)?.[1] ?? ''

const example = z
  .object({
    title: z.string(),
    channel: z.string(),
    segments: z.array(z.object({ text: z.string(), start_ms: z.int(), duration_ms: z.int() })),
  })
  .parse(JSON.parse(blockOf('json')))

const segments = example.segments.map(({ text, start_ms, duration_ms }) => segment(text, start_ms, duration_ms))
const transcript = {
  ...completed('jNQXAC9IVRw', segments, { metadata: { title: example.title, channel: example.channel } }),
}

const textOf = (options: TextOptions): string =>
  [...formatTranscript(transcript, options)].join('').replaceAll('\r\n', '\n')

describe('the guide to texts', () => {
  it.each<[string, TextOptions]>([
    ['txt', { format: 'txt' }],
    ['srt', { format: 'srt' }],
    ['vtt', { format: 'vtt' }],
    ['md', { format: 'md' }],
    ['csv', { format: 'csv', view: 'sentences' }],
    ['jsonl', { format: 'jsonl', view: 'sentences' }],
  ])('shows what is written as %s', (language, options) => {
    expect(blockOf(language).trimEnd()).toBe(textOf(options).trimEnd())
  })

  it('shows the first chunk', () => {
    const lines = textOf({ format: 'jsonl', chunks: { unit: 'seconds', size: 60 } })

    expect(blockOf('chunks')).toBe(`${lines.split('\n')[0] ?? ''}\n`)
  })

  it('counts the words that are stored and those that were spoken', () => {
    const counted = [segments, viewOf(segments, 'derolled')].map((view) => wordsOf(view).length)

    expect(guide).toContain(`${counted[0]} words are stored and ${counted[1]} were spoken`)
  })
})
