import { randomBytes } from 'node:crypto'
import { text as textOf } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import { fileNameOf } from '../../src/text/file-names.ts'
import { jobFiles, jobLines, type TextFile } from '../../src/text/job-texts.ts'
import { transcriptJson } from '../../src/transcript-json.ts'
import type { Transcript } from '../../src/transcript.ts'
import { zipped } from '../../src/zip/zipped.ts'
import { following } from './captions.ts'
import { completed, failed } from './transcripts.ts'

const speech = completed('aaaaaaaaaaa', following('Ask not'), { metadata: { title: 'A speech' } })
const secret = failed('bbbbbbbbbbb', { position: 1 })
const song = completed('ccccccccccc', following('♪ la ♪', '♪ lo ♪'), { position: 2 })

async function* given(...transcripts: readonly Transcript[]): AsyncGenerator<Transcript> {
  yield* transcripts
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('a job as lines of JSON', () => {
  it('is a line for each video, those without a text too', async () => {
    const lines = (await all(jobLines(given(speech, secret, song)))).join('')

    expect(lines).toBe([speech, secret, song].map((transcript) => `${transcriptJson(transcript)}\n`).join(''))
  })

  it('is a line for each chunk of every video that has a text', async () => {
    const text = (await all(jobLines(given(speech, secret, song), { chunks: { unit: 'seconds', size: 60 } }))).join('')

    const lines = text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).metadata.video_id)).toEqual(['aaaaaaaaaaa', 'ccccccccccc'])
  })

  it('is refused where the options do not go together', async () => {
    await expect(all(jobLines(given(speech), { startMs: 2, endMs: 1 }))).rejects.toThrow(/after the start/)
  })
})

describe('a job as files', () => {
  it('has a file of each format for each video that has a text, and a list of all', async () => {
    const files = await all(jobFiles(given(speech, secret, song), { formats: ['txt', 'srt'] }))

    const texts = Object.fromEntries(files.map(({ name, pieces }) => [name, [...pieces].join('')]))
    const list = texts['videos.jsonl']
      ?.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(Object.keys(texts)).toEqual([
      '001 A speech [aaaaaaaaaaa].en.txt',
      '001 A speech [aaaaaaaaaaa].en.srt',
      '003 [ccccccccccc].en.txt',
      '003 [ccccccccccc].en.srt',
      'videos.jsonl',
    ])
    expect(texts['003 [ccccccccccc].en.txt']).toBe('♪ la ♪\n♪ lo ♪\n')
    expect(list).toMatchObject([
      { video_id: 'aaaaaaaaaaa', files: ['001 A speech [aaaaaaaaaaa].en.txt', '001 A speech [aaaaaaaaaaa].en.srt'] },
      { video_id: 'bbbbbbbbbbb', status: 'failed', error: { code: 'video_private' }, files: [] },
      { video_id: 'ccccccccccc', status: 'completed' },
    ])
  })
})

describe('the name of a file', () => {
  const named = (title: string, videoId = 'aaaaaaaaaaa') =>
    fileNameOf(
      { url: 'x', videoId, result: { language: 'en', kind: 'manual', metadata: { title }, fetchedAt: new Date(0) } },
      'srt',
    )

  it.each([
    ['Plain title', 'Plain title [aaaaaaaaaaa].en.srt'],
    ['../../etc/passwd', 'etc passwd [aaaaaaaaaaa].en.srt'],
    ['C:\\Windows | "x" <y> *?', 'C Windows x y [aaaaaaaaaaa].en.srt'],
    ['CON', 'CON [aaaaaaaaaaa].en.srt'],
    ['-rf .hidden. ', 'rf .hidden [aaaaaaaaaaa].en.srt'],
    ['a\u0000b\r\nc\u202ed', 'a b c d [aaaaaaaaaaa].en.srt'],
    ['日本語のタイトル 👨‍👩‍👧', '日本語のタイトル 👨‍👩‍👧 [aaaaaaaaaaa].en.srt'],
    ['...', '[aaaaaaaaaaa].en.srt'],
  ])('is one that every system takes, whatever the title is: %j', (title, expected) => {
    expect(named(title)).toBe(expected)
  })

  it('is made of an id that is none of YouTube’s too', () => {
    expect(named('a', '../x/y.vtt')).toBe('a [___x_y_vtt].en.srt')
  })

  it('is short enough and safe for any title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
        const name = named(title)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
        expect(name).toMatch(/^[^<>:"/\\|?*\p{Cc}\p{Cs}]+ ?\[aaaaaaaaaaa\]\.en\.srt$|^\[aaaaaaaaaaa\]\.en\.srt$/u)
        expect(name).not.toMatch(/^[. ~-]/)
      }),
    )
  })
})

describe('an archive', () => {
  const file = (name: string, ...pieces: readonly string[]): TextFile => ({
    name,
    modifiedAt: new Date('2024-03-01T12:00:00Z'),
    pieces,
  })

  async function* files(...list: readonly TextFile[]): AsyncGenerator<TextFile> {
    yield* list
  }

  async function unzipped(archive: AsyncIterable<Uint8Array>): Promise<Record<string, string>> {
    const zip = await yauzl.fromBufferPromise(Buffer.concat(await all(archive)))
    const texts: Record<string, string> = {}
    for await (const entry of zip.eachEntry())
      texts[entry.fileName] = await textOf(await zip.openReadStreamPromise(entry))
    return texts
  }

  it('holds the files, as another program reads it', async () => {
    const texts = await unzipped(zipped(jobFiles(given(speech, secret, song), { formats: ['md'] })))

    expect(Object.keys(texts)).toEqual(['001 A speech [aaaaaaaaaaa].en.md', '003 [ccccccccccc].en.md', 'videos.jsonl'])
    expect(texts['003 [ccccccccccc].en.md']).toContain('♪ la ♪ ♪ lo ♪')
  })

  it('may have names in any script, and files without a text', async () => {
    expect(await unzipped(zipped(files(file('日本語 🎉.txt', 'a', 'b'), file('empty.txt'))))).toEqual({
      '日本語 🎉.txt': 'ab',
      'empty.txt': '',
    })
  })

  it('asks for a file when the one before is written, and makes no more than is taken', async () => {
    let made = 0
    function* pieces(): Generator<string> {
      for (;;) {
        made += 1
        // Nothing that compresses, so that it cannot all wait in a buffer.
        yield randomBytes(32_768).toString('hex')
      }
    }
    const endless = { ...file('endless.txt'), pieces: { [Symbol.iterator]: pieces } }

    const archive = zipped(files(endless, file('never.txt')))
    await archive.next()
    await new Promise((resolve) => setImmediate(resolve))

    expect(made).toBeLessThan(20)
    await archive.return(undefined)
  })

  it('ends the making when nobody takes it any more', async () => {
    let ended = false
    async function* endless(): AsyncGenerator<TextFile> {
      try {
        for (let number = 0; ; number += 1) yield file(`${number}.txt`, 'x'.repeat(100_000))
      } finally {
        ended = true
      }
    }

    const archive = zipped(endless())
    await archive.next()
    await archive.return(undefined)

    expect(ended).toBe(true)
  })

  it('breaks off with the error of its files', async () => {
    async function* failing(): AsyncGenerator<TextFile> {
      yield file('first.txt', 'x')
      throw new Error('The database has gone.')
    }
    const broken: TextFile = {
      ...file('broken.txt'),
      pieces: {
        *[Symbol.iterator]() {
          yield 'x'
          throw new Error('The text is no text.')
        },
      },
    }

    await expect(all(zipped(failing()))).rejects.toThrow('The database has gone.')
    await expect(all(zipped(files(broken)))).rejects.toThrow('The text is no text.')
  })
})
