import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTimedText } from '../src/timed-text.ts'

const srv3 = (body: string): string =>
  `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><body>${body}</body></timedtext>`
const classic = (body: string): string => `<?xml version="1.0" encoding="utf-8" ?><transcript>${body}</transcript>`

const textsOf = (body: string): string[] | undefined => readTimedText(body)?.rows.map(({ text }) => text)

describe('captions in the format srv3', () => {
  it('have milliseconds', () => {
    expect(readTimedText(srv3('<p t="1540" d="4160">Four score</p>'))).toEqual({
      format: 'srv3',
      rows: [{ text: 'Four score', startMs: 1540, durationMs: 4160 }],
    })
  })

  it('keep all text of a row: words, what stands beside them, and line breaks', () => {
    const words = '<p t="0" d="1"><s ac="1">four</s><s t="300"> score</s></p>'
    const mixed = '<p t="0" d="1">before <s>between</s> after</p>'
    const broken = '<p t="0" d="1">one<br/>two\nthree</p>'

    expect(textsOf(srv3(words + mixed + broken))).toEqual(['four score', 'before between after', 'one\ntwo\nthree'])
  })

  it('keep rows whatever the order of their attributes, the quotes and what is missing', () => {
    const rows = `<p w="1" d="2000" t="1000">a</p><p t='3000'>b</p><p>c</p><p t="4000" d="5" x=">">d</p>`

    expect(readTimedText(srv3(rows))?.rows).toEqual([
      { text: 'a', startMs: 1000, durationMs: 2000 },
      { text: 'b', startMs: 3000, durationMs: 0 },
      { text: 'c', startMs: 0, durationMs: 0 },
      { text: 'd', startMs: 4000, durationMs: 5 },
    ])
  })

  it('are escaped once, so what looks like an entity or a tag afterwards is text', () => {
    const rows =
      '<p t="0" d="1">AT&amp;T &amp;lt;b&amp;gt; &lt;i&gt; &#39;x&#x27; &amp;#39;</p><p t="1"><![CDATA[a &amp; <b>]]></p>'

    expect(textsOf(srv3(rows))).toEqual(["AT&T &lt;b&gt; <i> 'x' &#39;", 'a &amp; <b>'])
  })

  it('lose rows that are there only for layout', () => {
    const rows = '<w t="0" id="1"/><p t="0" d="9" a="1">\n</p><p t="1" d="2"/><p t="2" d="3">text</p>'

    expect(textsOf(srv3(rows))).toEqual(['text'])
  })
})

describe('captions in the classic format', () => {
  it('have seconds, which become whole milliseconds', () => {
    expect(readTimedText(classic('<text start="1.54" dur="4.1599">Four score</text>'))).toEqual({
      format: 'classic',
      rows: [{ text: 'Four score', startMs: 1540, durationMs: 4160 }],
    })
  })

  it('are escaped twice, as they are HTML inside of XML, and lose its tags', () => {
    const rows =
      '<text start="0" dur="1">it&amp;#39;s AT&amp;amp;T&amp;nbsp;&amp;eacute;</text>' +
      '<text start="1" dur="1">this is &lt;i>not&lt;/i> 1 &amp;lt; 2</text>'

    const twice =
      '<text start="2" dur="1">&amp;lt;font color=&amp;quot;#E5E5E5&amp;quot;&amp;gt;grey&amp;lt;/font&amp;gt;</text>'

    expect(textsOf(classic(rows + twice))).toEqual(["it's AT&T\u00A0é", 'this is not 1 < 2', 'grey'])
  })

  it('keep rows without a duration, and lose rows without text', () => {
    const rows = '<text start="5">a</text><text start="6" dur="1"></text><text dur="1" start="7">b</text>'

    expect(readTimedText(classic(rows))?.rows).toEqual([
      { text: 'a', startMs: 5000, durationMs: 0 },
      { text: 'b', startMs: 7000, durationMs: 1000 },
    ])
  })
})

describe('captions in the format json3', () => {
  it('are read too, though nobody asks for them', () => {
    const events = [
      { tStartMs: 0, dDurationMs: 9000, id: 1 },
      { tStartMs: 210, dDurationMs: 3830, segs: [{ utf8: 'Four' }, { utf8: ' score', tOffsetMs: 300 }] },
      { tStartMs: 4040, aAppend: 1, segs: [{ utf8: '\n' }] },
    ]

    expect(readTimedText(JSON.stringify({ wireMagic: 'pb3', events }))).toEqual({
      format: 'json3',
      rows: [{ text: 'Four score', startMs: 210, durationMs: 3830 }],
    })
  })
})

describe('captions whose formatting is kept', () => {
  const formattedIn = (body: string): string[] | undefined =>
    readTimedText(body, { keepFormatting: true })?.rows.map(({ text }) => text)

  it('have the bold and italic pens of srv3 as tags, of rows and of words', () => {
    const head = '<head><pen id="1" b="1"/><pen id="2" i="1" b="1"/><pen id="3" fc="#FEFEFE"/></head>'
    const rows =
      '<p t="0" d="1">we can <s p="2">not</s> dedicate</p><p t="1" d="1" p="1">all <s p="3">of it</s></p>' +
      '<p t="2" d="1"><s p="1">word</s><s p="1"> by</s><s p="1"> word</s></p><p t="3" d="1"><s p="2"> </s></p>'

    expect(formattedIn(`<timedtext format="3">${head}<body>${rows}</body></timedtext>`)).toEqual([
      'we can <b><i>not</i></b> dedicate',
      '<b>all of it</b>',
      '<b>word by word</b>',
    ])
  })

  it('have the tags of emphasis of classic text, and no others', () => {
    const rows =
      '<text start="0" dur="1">this is &lt;i>not&lt;/i> &lt;font color="red">red&lt;/font></text>' +
      '<text start="1" dur="1">&amp;lt;strong&amp;gt;AT&amp;amp;T&amp;lt;/strong&amp;gt; 1 &amp;lt; 2</text>' +
      '<text start="2" dur="1">&lt;b> &lt;/b></text>'

    expect(formattedIn(classic(rows))).toEqual(['this is <i>not</i> red', '<strong>AT&T</strong> 1 < 2'])
  })

  it('have the pens of json3 as tags, and lose no text to pens of another form', () => {
    const segs = [{ utf8: 'we can ' }, { utf8: 'not', pPenId: 1 }, { utf8: ' dedicate', pPenId: 'odd' }]
    const events = [{ tStartMs: 0, dDurationMs: 1, segs }]

    expect(formattedIn(JSON.stringify({ pens: [{}, { iAttr: 1 }], events }))).toEqual(['we can <i>not</i> dedicate'])
    expect(formattedIn(JSON.stringify({ pens: 7, events }))).toEqual(['we can not dedicate'])
  })
})

describe('what is no captions', () => {
  it.each([
    ['nothing', ''],
    ['a page', '<!doctype html><html><body><p t="1" d="2">Sign in</p></body></html>'],
    ['another format', 'WEBVTT\n\n00:00.000 --> 00:01.000\nFour score'],
    ['other JSON', '{"error":{"code":400}}'],
    ['broken JSON', '{"events":[{"tStartMs":0'],
    ['a body that was cut off between rows', srv3('<p t="0" d="1">a</p>').slice(0, -'</body></timedtext>'.length)],
    ['a body that was cut off inside of a row', srv3('<p t="0" d="1">a').slice(0, 90)],
    ['a body that was cut off inside of a tag', `${srv3('').slice(0, -19)}<p t="0" d=`],
    ['elements that do not match', srv3('<p t="0" d="1">a</s>')],
  ])('%s', (_what, body) => {
    expect(readTimedText(body)).toBeUndefined()
  })

  it('never makes the reader throw', () => {
    const pieces = [
      '<',
      '>',
      '/',
      '&',
      ';',
      '#',
      '"',
      "'",
      ' ',
      'p',
      's',
      't="1"',
      '<p t="1">',
      '</p>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<timedtext>',
      '</timedtext>',
      '&#99999999;',
      '&#xD800;',
    ]
    const anything = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces)).map((parts) => `<timedtext>${parts.join('')}`),
    )

    fc.assert(
      fc.property(anything, (body) => {
        const rows = readTimedText(body)?.rows ?? []
        return rows.every(({ text, startMs, durationMs }) => text !== '' && startMs >= 0 && durationMs >= 0)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('hostile captions', () => {
  it.each([
    ['unclosed rows', (n: number) => srv3('<p t="1" d="1" '.repeat(n))],
    ['unclosed words', (n: number) => srv3('<s'.repeat(n))],
    ['rows that are never closed', (n: number) => srv3('<p t="1" d="1">a'.repeat(n))],
    ['an attribute without end', (n: number) => srv3(`<p t="${'1'.repeat(n)}`)],
    ['attributes without values', (n: number) => srv3(`<p ${' a '.repeat(n)}>x</p>`)],
    ['blanks in a tag', (n: number) => srv3(`<p${' '.repeat(n)}a${' '.repeat(n)}>x</p>`)],
    ['ampersands', (n: number) => srv3(`<p t="1" d="1">${'&'.repeat(n)}</p>`)],
    ['half references', (n: number) => srv3(`<p t="1" d="1">${'&#1'.repeat(n)}</p>`)],
    ['brackets in classic text', (n: number) => classic(`<text start="1" dur="1">${'&lt;a'.repeat(n)}</text>`)],
    ['comments that are never closed', (n: number) => srv3('<!--'.repeat(n))],
    ['words with a pen each', (n: number) => srv3(`<pen id="1" i="1"/><p t="1">${'<s p="1">a</s>'.repeat(n / 4)}</p>`)],
    ['tags around nothing', (n: number) => classic(`<text start="1">${'&lt;i>  &lt;b>'.repeat(n / 4)}</text>`)],
    ['many rows', (n: number) => srv3('<p t="1" d="1">a&amp;b</p>'.repeat(n))],
  ])('take linear time: %s', (_what, bodyOf) => {
    const small = timeOf(bodyOf(40_000))
    const large = timeOf(bodyOf(320_000))

    // 8 times the size: linear is 8 times the time, quadratic 64 times. Very short times tell nothing.
    expect(large).toBeLessThan(Math.max(small, 4) * 30)
  })
})

function timeOf(body: string): number {
  const runs = [1, 2, 3].map(() => {
    const start = performance.now()
    readTimedText(body, { keepFormatting: true })
    return performance.now() - start
  })
  return Math.min(...runs)
}
