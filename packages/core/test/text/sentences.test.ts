import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deroll } from '../../src/text/deroll.ts'
import { paragraphs } from '../../src/text/paragraphs.ts'
import { sentences } from '../../src/text/sentences.ts'
import { charactersOf, following, segment, textsOf } from './captions.ts'

const sentencesOf = (...texts: readonly string[]): string[] => textsOf(sentences(following(...texts)))

describe('sentences', () => {
  it('go over the borders of captions, and several are in one', () => {
    expect(sentencesOf('It is done. It is', 'good. And', 'well?')).toEqual(['It is done.', 'It is good.', 'And well?'])
  })

  it.each([
    ['Japanese', ['これは試', '験です。二つ', '目！'], ['これは試験です。', '二つ目！']],
    ['Chinese', ['你好。世界', '在这里'], ['你好。', '世界在这里']],
    ['Arabic', ['هل تسمعني؟ نعم', 'أسمعك.'], ['هل تسمعني؟', 'نعم أسمعك.']],
    ['Hindi', ['यह पहला है। यह', 'दूसरा है।'], ['यह पहला है।', 'यह दूसरा है।']],
    ['Korean', ['안녕 하세', '요. 반가워요'], ['안녕 하세 요.', '반가워요']],
    ['Thai, which has no sign for it', ['มนุษย์ทั้ง', 'หลายเกิดมา'], ['มนุษย์ทั้งหลายเกิดมา']],
  ])('end as the script has it: %s', (_script, captions, expected) => {
    expect(sentencesOf(...captions)).toEqual(expected)
  })

  it.each([
    ['a title', ['Mr. and Mrs.', 'Smith met Dr. Who.']],
    ['an initial', ['I am J. F.', 'Kennedy.']],
    ['a number', ['It is 3.14 or so,', 'or 1.', 'or less.']],
    ['a small letter', ['At 5 p.m. we', 'left, etc.', 'and so on.']],
    ['what somebody says', ['"What?" she said, "Now!"', 'he said.']],
  ])('do not end after %s', (_name, captions) => {
    expect(sentencesOf(...captions)).toHaveLength(1)
  })

  it('end with their quotes and brackets', () => {
    expect(sentencesOf('He said: "It is done." (It', 'was.) «Bien!» So')).toEqual([
      'He said: "It is done."',
      '(It was.)',
      '«Bien!»',
      'So',
    ])
  })

  it('end where another speaker begins', () => {
    expect(sentencesOf('so I >> no you', 'did >> yes', '- Hi\n- Hello - you')).toEqual([
      'so I',
      '>> no you did',
      '>> yes',
      '- Hi',
      '- Hello - you',
    ])
  })

  it('end before and after a sound, and each line of a song is one', () => {
    expect(sentencesOf('and then', '[Music]', '♪ la la ♪', '♪ la', '(laughs)', 'we (I mean I)', 'left')).toEqual([
      'and then',
      '[Music]',
      '♪ la la ♪',
      '♪ la',
      '(laughs)',
      'we (I mean I) left',
    ])
  })

  it('end at a silence of three seconds', () => {
    const captions = [segment('one', 0, 1_000), segment('two', 3_999, 1_000), segment('three', 7_999, 1_000)]

    expect(textsOf(sentences(captions))).toEqual(['one two', 'three'])
    expect(textsOf(sentences(captions, { pauseMs: 2_999 }))).toEqual(['one', 'two', 'three'])
  })

  it('end with a caption after 300 characters at most, where nothing else ends them', () => {
    const captions = following(...Array.from({ length: 20 }, () => 'no signs in any of these lines'))

    const lengths = textsOf(sentences(captions)).map(({ length }) => length)

    expect(lengths).toEqual([278, 278, 61])
  })

  it('begin and end inside a caption where their text does', () => {
    expect([...sentences([segment('Yes. No, no', 1_000, 1_100), segment('no.', 2_100, 400)])]).toEqual([
      segment('Yes.', 1_000, 400),
      segment('No, no no.', 1_400, 1_100),
    ])
  })
})

describe('paragraphs', () => {
  const paragraphsOf = (...texts: readonly string[]): string[] => textsOf(paragraphs(following(...texts)))

  it('are as many whole sentences as fit in 700 characters', () => {
    const sentence = `${'word '.repeat(19)}word.`

    const found = paragraphsOf(...Array.from({ length: 10 }, () => sentence))

    expect(found).toEqual([
      Array.from({ length: 6 }, () => sentence).join(' '),
      Array.from({ length: 4 }, () => sentence).join(' '),
    ])
  })

  it('end where another speaker begins, and at a silence', () => {
    const captions = [...following('Hello. Hi.', '>> Who is there?', '>> It is I.'), segment('Later.', 9_000)]

    expect(textsOf(paragraphs(captions))).toEqual(['Hello. Hi.', '>> Who is there?', '>> It is I.', 'Later.'])
  })

  it('keep sounds and songs apart from speech', () => {
    expect(paragraphsOf('[Music]', '♪ la ♪', '♪ lo ♪', 'Hello.', 'Hi.', '(applause)')).toEqual([
      '[Music] ♪ la ♪ ♪ lo ♪',
      'Hello. Hi.',
      '(applause)',
    ])
  })
})

describe('whatever the captions are', () => {
  const sign = fc.constantFrom(
    'a',
    'B',
    ' ',
    '.',
    '?',
    '"',
    '>>',
    '- ',
    '\n',
    '。',
    'あ',
    '♪',
    '[',
    ']',
    'Mr.',
    '\ud83c\udf89',
  )
  const caption = fc.record({
    text: fc.array(sign, { maxLength: 12 }).map((signs) => signs.join('')),
    startMs: fc.nat(60_000),
    durationMs: fc.nat(5_000),
  })

  it.each([
    ['sentences', sentences],
    ['paragraphs', paragraphs],
  ])('%s lose no character, invent none, and keep their order', (_name, view) => {
    fc.assert(
      fc.property(fc.array(caption, { maxLength: 30 }), (captions) => {
        const spoken = [...deroll(captions)]

        const found = [...view(spoken)]

        expect(charactersOf(found)).toBe(charactersOf(spoken))
        expect(found.every(({ text }) => text !== '' && text === text.trim() && !text.includes('\n'))).toBe(true)
      }),
    )
  })

  it.each([
    ['sentences', sentences],
    ['paragraphs', paragraphs],
  ])('%s have times in whole milliseconds that never go back', (_name, view) => {
    fc.assert(
      fc.property(fc.array(caption, { maxLength: 30 }), (captions) => {
        const found = [...view(deroll(captions))]

        for (const [index, { startMs, durationMs }] of found.entries()) {
          expect(Number.isInteger(startMs) && Number.isInteger(durationMs) && durationMs >= 0).toBe(true)
          expect(startMs).toBeGreaterThanOrEqual(found[index - 1]?.startMs ?? 0)
        }
      }),
    )
  })
})
