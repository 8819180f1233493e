import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkDocument, chunkJson } from '../../src/text/chunk-documents.ts'
import { chunks } from '../../src/text/chunks.ts'
import { estimateTokens } from '../../src/text/estimate-tokens.ts'
import type { TranscriptResult } from '../../src/transcript.ts'
import { charactersOf, following, segment, textsOf } from './captions.ts'

const manyWords = (count: number): string => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')

describe('chunks by seconds', () => {
  it('hold whole segments as long as they fit', () => {
    const captions = following('a', 'b', 'c', 'd', 'e')

    expect([...chunks(captions, { unit: 'seconds', size: 4 })]).toEqual([
      { text: 'a b', startMs: 0, durationMs: 4_000, tokens: 1 },
      { text: 'c d', startMs: 4_000, durationMs: 4_000, tokens: 1 },
      { text: 'e', startMs: 8_000, durationMs: 2_000, tokens: 1 },
    ])
  })

  it('repeat the end of the one before, in whole segments', () => {
    const captions = following('a', 'b', 'c', 'd', 'e')

    expect(textsOf(chunks(captions, { unit: 'seconds', size: 6, overlap: 3 }))).toEqual(['a b c', 'c d e'])
  })

  it('repeat less where the next segment would not fit otherwise', () => {
    const captions = [segment('a', 0, 3_000), segment('b', 3_000, 3_000), segment('long', 6_000, 5_000)]

    expect(textsOf(chunks(captions, { unit: 'seconds', size: 6, overlap: 3 }))).toEqual(['a b', 'long'])
  })

  it('divide a segment that is larger than a chunk, between words', () => {
    expect([...chunks([segment('one two three', 0, 13_000)], { unit: 'seconds', size: 8 })]).toEqual([
      { text: 'one two', startMs: 0, durationMs: 8_000, tokens: 2 },
      { text: 'three', startMs: 8_000, durationMs: 5_000, tokens: 2 },
    ])
  })
})

describe('chunks by tokens', () => {
  it('hold as many as are estimated', () => {
    const found = [
      ...chunks(following(...Array.from({ length: 50 }, () => 'seven years ago our fathers')), {
        unit: 'tokens',
        size: 100,
      }),
    ]

    expect(found.map(({ tokens }) => tokens)).toEqual([98, 98, 98, 56])
  })

  it('write scripts without spaces as people do', () => {
    expect(textsOf(chunks(following('これは', '試験です。', 'OK です'), { unit: 'tokens', size: 100 }))).toEqual([
      'これは試験です。 OK です',
    ])
  })

  it('divide a text without spaces between its words, and one that is a single word between its characters', () => {
    const article = 'すべての人間は生まれながらにして自由である'
    const words = new Intl.Segmenter('ja', { granularity: 'word' }).segment(article)

    const [first = '', ...rest] = textsOf(chunks([segment(article)], { unit: 'tokens', size: 16 }))
    const latin = textsOf(chunks([segment('x'.repeat(200))], { unit: 'tokens', size: 16 }))

    expect(first + rest.join('')).toBe(article)
    expect(words.containing(first.length)?.index).toBe(first.length)
    expect(latin.map(({ length }) => length)).toEqual([63, 63, 63, 11])
  })

  it('take a second for a text of a megabyte in one segment', () => {
    const found = [...chunks([segment(manyWords(150_000), 0, 3_600_000)], { unit: 'tokens', size: 400 })]

    expect(found.every(({ tokens }) => tokens <= 400)).toBe(true)
    expect(textsOf(found).join(' ')).toBe(manyWords(150_000))
  })
})

describe('whatever the segments are', () => {
  const captions = fc
    .array(
      fc.record({
        text: fc.array(fc.constantFrom('a', 'bb ', 'あ', '。', ' ', 'word ', '\ud83c\udf89', '\n'), { maxLength: 30 }),
        gapMs: fc.nat(3_000),
        durationMs: fc.nat(40_000),
      }),
      { maxLength: 40 },
    )
    .map((rows) => {
      let at = 0
      return rows.map(({ text, gapMs, durationMs }) => {
        const startMs = at + gapMs
        at = startMs + durationMs
        return segment(text.join(''), startMs, durationMs)
      })
    })
  const unit = fc.constantFrom('seconds' as const, 'tokens' as const)

  it('every character is in a chunk, in its order, and without overlap in one only', () => {
    fc.assert(
      fc.property(captions, unit, fc.integer({ min: 16, max: 60 }), (segments, by, size) => {
        expect(charactersOf(chunks(segments, { unit: by, size }))).toBe(charactersOf(segments))
      }),
    )
  })

  it('no chunk is larger than asked for, unless it is a single character', () => {
    fc.assert(
      fc.property(captions, unit, fc.integer({ min: 16, max: 60 }), fc.nat(100), (segments, by, size, percent) => {
        for (const { text, durationMs, tokens } of chunks(segments, {
          unit: by,
          size,
          overlap: (size * percent) / 200,
        }))
          if (/^..+$/su.test(text)) expect(by === 'seconds' ? durationMs / 1_000 : tokens).toBeLessThanOrEqual(size)
      }),
    )
  })

  it('an overlap repeats the end of the chunk before, and every chunk says something new', () => {
    fc.assert(
      fc.property(captions, unit, fc.integer({ min: 16, max: 60 }), (segments, by, size) => {
        // Texts that are all different, so that what is repeated can be told from what is new.
        const numbered = segments.map((row, index) => ({ ...row, text: `${index}x` }))
        const found = [...chunks(numbered, { unit: by, size, overlap: size / 2 })].map(({ text }) => text.split(' '))

        for (const [index, texts] of found.entries()) {
          const before = found[index - 1] ?? []
          const repeated = texts.filter((text) => before.includes(text))
          expect(texts.slice(0, repeated.length)).toEqual(repeated)
          expect(before.slice(before.length - repeated.length)).toEqual(repeated)
          expect(texts.length).toBeGreaterThan(repeated.length)
        }
      }),
    )
  })

  it('times never go back', () => {
    fc.assert(
      fc.property(captions, unit, (segments, by) => {
        const starts = [...chunks(segments, { unit: by, size: 20, overlap: 10 })].map(({ startMs }) => startMs)
        expect(starts).toEqual(starts.toSorted((a, b) => a - b))
      }),
    )
  })
})

describe('a chunk as a document', () => {
  const chunk = { text: 'Ask not', startMs: 3_725_900, durationMs: 2_000, tokens: 2 }
  const result: TranscriptResult = { language: 'en', kind: 'manual', metadata: {}, fetchedAt: new Date(0) }

  it('has the names that LangChain’s YoutubeLoader uses, and a link to its second', () => {
    const metadata = {
      title: 'Inaugural Address',
      channel: 'Archive',
      description: 'A speech.',
      viewCount: 12,
      publishedAt: '2009-10-25T06:57:33Z',
      durationMs: 871_400,
    }

    expect(
      chunkDocument(chunk, {
        url: 'https://youtu.be/aaaaaaaaaaa',
        videoId: 'aaaaaaaaaaa',
        result: { ...result, metadata },
      }),
    ).toEqual({
      pageContent: 'Ask not',
      metadata: {
        source: 'https://www.youtube.com/watch?v=aaaaaaaaaaa&t=3725s',
        start_seconds: 3_725,
        start_timestamp: '01:02:05',
        title: 'Inaugural Address',
        description: 'A speech.',
        view_count: 12,
        thumbnail_url: 'https://i.ytimg.com/vi/aaaaaaaaaaa/hqdefault.jpg',
        publish_date: '2009-10-25 06:57:33',
        length: 871,
        author: 'Archive',
        video_id: 'aaaaaaaaaaa',
        language: 'en',
        kind: 'manual',
        start_ms: 3_725_900,
        duration_ms: 2_000,
        tokens: 2,
      },
    })
  })

  it('leaves out what is not known', () => {
    const { metadata } = chunkDocument(chunk, { url: 'file.vtt', videoId: 'file.vtt' })

    expect(Object.keys(metadata)).toEqual([
      'source',
      'start_seconds',
      'start_timestamp',
      'video_id',
      'start_ms',
      'duration_ms',
      'tokens',
    ])
  })

  it.each([
    ['aaaaaaaaaaa', 'https://www.youtube.com/watch?v=aaaaaaaaaaa&t=3725s'],
    ['youtube.com/shorts/aaaaaaaaaaa?si=x', 'https://www.youtube.com/watch?v=aaaaaaaaaaa&t=3725s'],
    ['https://m.youtube.com/watch?v=aaaaaaaaaaa&t=9', 'https://www.youtube.com/watch?v=aaaaaaaaaaa&t=3725s'],
    ['https://notyoutube.com/aaaaaaaaaaa', 'https://notyoutube.com/aaaaaaaaaaa#t=3725'],
    ['https://vimeo.com/76979871#x', 'https://vimeo.com/76979871#t=3725'],
    ['talk.vtt', 'talk.vtt'],
  ])('links to the moment wherever the video is: %s', (url, source) => {
    expect(chunkDocument(chunk, { url, videoId: 'aaaaaaaaaaa' }).metadata.source).toBe(source)
  })

  it('is JSON with the names of Python', () => {
    const { page_content: text, metadata } = JSON.parse(chunkJson(chunk, { url: 'x', videoId: 'x' }))

    expect({ text, tokens: metadata.tokens }).toEqual({ text: 'Ask not', tokens: 2 })
  })
})

describe('the estimate of tokens', () => {
  // Article 1 of the Universal Declaration of Human Rights, and how many tokens o200k_base makes of it.
  it.each([
    [
      'English',
      'All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.',
      33,
    ],
    [
      'German',
      'Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.',
      38,
    ],
    [
      'French',
      'Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.',
      41,
    ],
    [
      'Spanish',
      'Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.',
      38,
    ],
    [
      'Polish',
      'Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa.',
      53,
    ],
    [
      'Turkish',
      'Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.',
      46,
    ],
    [
      'Vietnamese',
      'Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Mọi con người đều được tạo hóa ban cho lý trí và lương tâm.',
      39,
    ],
    [
      'Russian',
      'Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.',
      41,
    ],
    [
      'Greek',
      'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι με λογική και συνείδηση.',
      46,
    ],
    [
      'Japanese',
      'すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられている。',
      52,
    ],
    ['Chinese', '人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。', 37],
    [
      'Korean',
      '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았다.',
      39,
    ],
    ['Thai', 'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม', 40],
    [
      'Arabic',
      'يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء.',
      42,
    ],
    ['Hebrew', 'כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.', 31],
    ['Hindi', 'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।', 25],
    ['Tamil', 'மனிதப் பிறிவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும், உரிமைகளிலும் சமமானவர்கள்', 33],
  ])('is near enough in any script: %s', (_script, text, counted) => {
    const share = estimateTokens(text) / counted

    expect(share).toBeGreaterThan(0.8)
    expect(share).toBeLessThan(2)
  })

  it('is nothing for nothing', () => {
    expect(estimateTokens('')).toBe(0)
  })
})
