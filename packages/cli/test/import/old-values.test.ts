// Single values of the older service: what is understood, and what is not.
import { describe, expect, it } from 'vitest'
import { decodeSegments } from '@ytscriptify/core'
import { parseOldStatus } from '../../src/import/old-status.ts'
import { parseOldText } from '../../src/import/old-text.ts'
import { parseOldTime } from '../../src/import/old-time.ts'

describe('a time', () => {
  it.each([
    ['2025-01-02 03:04:05.123456', '2025-01-02T03:04:05.123Z'],
    ['2025-01-02 03:04:05', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T03:04', '2025-01-02T03:04:00.000Z'],
    ['2025-01-02', '2025-01-02T00:00:00.000Z'],
    ['2025-01-02 03:04:05.1', '2025-01-02T03:04:05.100Z'],
    ['2025-01-02T03:04:05Z', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T03:04:05.999999+05:30', '2025-01-01T21:34:05.999Z'],
    ['2025-01-02 03:04:05-08', '2025-01-02T11:04:05.000Z'],
    ['2025-01-02 03:04:05+0100', '2025-01-02T02:04:05.000Z'],
    ['1735787045.5', '2025-01-02T03:04:05.500Z'],
    ['1735787045500', '2025-01-02T03:04:05.500Z'],
  ])('%s is %s: without a zone it is UTC', (text, iso) => {
    expect(parseOldTime(text)?.toISOString()).toBe(iso)
  })

  it.each(['', 'now', '2025-02-30', '2025-13-01 00:00:00', '2025-01-02 25:00:00', 'infinity', '0044-03-15 BC', '7'])(
    '"%s" is none',
    (text) => expect(parseOldTime(text)).toBeUndefined(),
  )
})

describe('a status', () => {
  it.each([
    [null, 'pending'],
    [' ', 'pending'],
    ['COMPLETED', 'completed'],
    ['Processing', 'processing'],
    ['canceled', 'cancelled'],
    ['SUCCESS', 'completed'],
    ['FAILURE', 'failed'],
    ['STARTED', 'processing'],
    ['half-done', undefined],
    ['constructor', undefined],
  ])('%s is %s', (text, status) => expect(parseOldStatus(text)).toBe(status))
})

describe('a text', () => {
  it('was kept in seconds, and is kept in milliseconds', () => {
    const text = parseOldText(
      '[{"text": "Four score", "start": 0.12, "duration": 2.4800001}, {"text": "", "start": 3}]',
    )

    expect(text.type === 'usable' && decodeSegments(text.content.data)).toEqual([
      { text: 'Four score', startMs: 120, durationMs: 2480 },
      { text: '', startMs: 3000, durationMs: 0 },
    ])
  })

  it('says that nobody knows its language, and where it comes from', () => {
    expect(parseOldText('[{"text": "a", "start": 0, "duration": 1}]')).toMatchObject({
      content: { language: 'und', metadata: { provenance: { importedFrom: 'the older service' } } },
    })
  })

  it('may have been written twice, as a column of JSON does with JSON', () => {
    const once = '[{"text": "a", "start": 0, "duration": 1}]'

    expect(parseOldText(JSON.stringify(once))).toEqual(parseOldText(once))
  })

  it.each([
    [null, 'is missing'],
    ['', 'is missing'],
    ['[{"text": "a", "start": 0', 'is no JSON'],
    ['[{"text": "a", "start": NaN, "duration": 1}]', 'is no JSON'],
    ['{"error": "none"}', 'is no list'],
    ['null', 'is no list'],
    ['[]', 'is empty'],
    ['[{"text": "a", "start": 0, "duration": 1}, {"start": 1, "duration": 1}]', 'has no usable row 2'],
    ['[{"text": "a", "start": "soon", "duration": 1}]', 'has no usable row 1'],
    ['[{"text": "a", "start": 1e300, "duration": 1}]', 'has no usable row 1'],
    ['["a"]', 'has no usable row 1'],
  ])('%s cannot be used: it %s', (data, why) => expect(parseOldText(data)).toEqual({ type: 'unusable', why }))
})
