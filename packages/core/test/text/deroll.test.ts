import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deroll } from '../../src/text/deroll.ts'
import { ADDRESS, following, rolling, segment, textsOf, wordsOf } from './captions.ts'

describe('captions that roll', () => {
  it('are the lines as they were spoken, each once', () => {
    expect(textsOf(deroll(rolling(ADDRESS)))).toEqual(ADDRESS)
  })

  it('are so without the captions in between as well, and with three lines on the screen', () => {
    const captions = following('a b', 'a b\nc d', 'a b\nc d\ne f', 'c d\ne f\ng h', 'e f\ng h\ni j')

    expect(textsOf(deroll(captions))).toEqual(['a b', 'c d', 'e f', 'g h', 'i j'])
  })

  it('are so where a converter put two lines into one', () => {
    const captions = following('four score and', 'four score and seven years ago', 'seven years ago our fathers')

    expect(textsOf(deroll(captions))).toEqual(['four score and', 'seven years ago', 'our fathers'])
  })

  it('are so where words appear one by one', () => {
    expect(wordsOf(deroll(following('we', 'we shall', 'we shall overcome')))).toEqual(['we', 'shall', 'overcome'])
  })

  it('keep what was said twice', () => {
    const lines = ['again and', 'again', 'again', 'again and again', 'very', 'very very', 'good']

    expect(textsOf(deroll(rolling(lines)))).toEqual(lines)
  })

  it.each([
    ['Japanese', ['これは試験です', 'これは試験です', '二行目です']],
    ['Arabic', ['يولد جميع الناس', 'أحرارا متساوين']],
    ['Thai', ['มนุษย์ทั้งหลาย', 'เกิดมามีอิสระ']],
    ['marks of speakers and music', ['>> hello', '>> hello', '[Music]', '♪ la ♪']],
  ])('are so in any script: %s', (_script, lines) => {
    expect(textsOf(deroll(rolling(lines)))).toEqual(lines)
  })

  it('last from when a line comes until the next one does', () => {
    expect([...deroll(rolling(['one', 'two']))]).toEqual([segment('one', 0, 2_000), segment('two', 2_000, 2_000)])
  })

  it('begin anew after a silence: what is shown then is said again', () => {
    const captions = [...rolling(['one', 'two', 'three']), segment('three', 9_000, 1_000)]

    expect(textsOf(deroll(captions))).toEqual(['one', 'two', 'three', 'three'])
  })
})

describe('captions that do not roll', () => {
  it('keep a refrain', () => {
    const song = following('♪ Around the world ♪', '♪ Around the world ♪', '♪ Around the world ♪', '♪ Hey ♪')

    expect(textsOf(deroll(song))).toEqual(textsOf(song))
  })

  it('keep a line that happens to begin as the one before ended', () => {
    const captions = following(
      'I have a dream',
      'a dream today',
      'I say to you',
      'my friends',
      'even though',
      'we face',
    )

    expect(textsOf(deroll(captions))).toEqual(textsOf(captions))
  })

  it('keep a word that is said twice in a line', () => {
    expect(textsOf(deroll([segment('ridiculous ridiculous transitions')]))).toEqual([
      'ridiculous ridiculous transitions',
    ])
  })

  it('end when the next begins, as they do on a screen', () => {
    expect([...deroll([segment('a', 0, 4_000), segment('b', 2_000, 4_000)])]).toEqual([
      segment('a', 0, 2_000),
      segment('b', 2_000, 4_000),
    ])
  })

  it('keep their text to the letter, and leave out what shows nothing', () => {
    expect(textsOf(deroll([segment(' a\n b '), segment(' \n', 10), segment('')]))).toEqual([' a\n b '])
  })

  it('come in the order of time', () => {
    expect(textsOf(deroll([segment('b', 2_000), segment('a', 0)]))).toEqual(['a', 'b'])
  })
})

describe('whatever was spoken', () => {
  // Of few words, so that lines repeat each other in every way.
  const line = fc.array(fc.constantFrom('a', 'b', 'no'), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))

  it('has each word once for each time that it was said, however it rolled', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
        expect(textsOf(deroll(rolling(lines)))).toEqual(lines)
      }),
    )
  })

  it('loses no word of captions that are shown one by one', () => {
    const refrain = fc.constantFrom('la la', 'hey', 'la')
    fc.assert(
      fc.property(fc.array(refrain, { maxLength: 30 }), (lines) => {
        // `la` and then `la la` might be a roll; with a pause between there is none.
        const captions = lines.map((text, index) => segment(text, index * 2_000, 1_000))
        expect(textsOf(deroll(captions))).toEqual(lines)
      }),
    )
  })

  it('has times that never go back and never overlap', () => {
    const any = fc.record({ text: line, startMs: fc.nat(5_000), durationMs: fc.nat(3_000) })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (captions) => {
        const spoken = [...deroll(captions)]
        for (const [index, { startMs, durationMs }] of spoken.entries()) {
          const later = spoken.slice(index + 1).find((other) => other.startMs !== startMs)
          expect(durationMs).toBeGreaterThanOrEqual(0)
          expect(later?.startMs ?? Infinity).toBeGreaterThanOrEqual(startMs + durationMs)
        }
      }),
    )
  })
})
