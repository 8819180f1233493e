// ytscriptify transcribe, as people and scripts run it: a real process, a real SQLite file, a stand-in for YouTube.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bulkIds, linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

describe('ytscriptify transcribe', () => {
  let place: Workplace
  beforeAll(async () => {
    place = await openWorkplace()
  })
  afterAll(() => place.close())

  it('prints the text of one video, and nothing else, on standard output', async () => {
    const { code, stdout, stderr } = await place.run(['transcribe', 'https://youtu.be/gettysburg1'])

    expect(stdout.split('\n')[0]).toBe(
      'Four score and seven years ago our fathers brought forth on this continent, a new nation,',
    )
    expect(stdout).toMatch(/do this\.\n$/)
    expect(stderr).toMatch(/^Job [0-9a-f-]{36}: 1 video, stored in transcriber\.db\n$/)
    expect(code).toBe(0)
  })

  it('puts a heading above each text where there are several, in the order given', async () => {
    const { stdout, code } = await place.run([
      'transcribe',
      'aintiawoman',
      'https://www.youtube.com/watch?v=gettysburg1',
    ])

    expect(stdout.match(/^# .*$/gm)).toEqual([
      '# Sojourner Truth at Akron (aintiawoman)',
      '# The Gettysburg Address (https://www.youtube.com/watch?v=gettysburg1)',
    ])
    expect(code).toBe(0)
  })

  it('prints one JSON line per video, absent parts null', async () => {
    const { code, stdout } = await place.run(['transcribe', 'https://youtu.be/loreley_de1', 'no_captions', '--json'])

    const [completed, failed] = linesOf(stdout)
    expect(completed).toMatchObject({
      url: 'https://youtu.be/loreley_de1',
      video_id: 'loreley_de1',
      status: 'completed',
      language: 'de',
      kind: 'manual',
      title: 'Die Lore-Ley',
      channel: 'Public Domain Speeches',
      duration_ms: expect.any(Number),
      segments: expect.arrayContaining([
        {
          text: 'Ich weiß nicht, was soll es bedeuten,\nDaß ich so traurig bin;',
          start_ms: 480,
          duration_ms: expect.any(Number),
        },
      ]),
      error: null,
    })
    expect(failed).toEqual({
      url: 'no_captions',
      video_id: 'no_captions',
      status: 'failed',
      language: null,
      kind: null,
      title: null,
      channel: null,
      duration_ms: null,
      segments: null,
      error: {
        code: 'transcripts_disabled',
        message: 'no_captions has no captions.',
        hint: expect.any(String),
        retryable: false,
        retry_at: null,
      },
    })
    expect(code).toBe(3)
  })

  it('takes the first wanted language that a video has, of the wanted kind', async () => {
    const { stdout } = await place.run(['transcribe', 'gettysburg1', '--languages', 'ja,es', '--json'])
    const generated = await place.run(['transcribe', 'gettysburg1', '--kind', 'generated', '--json'])

    expect(linesOf(stdout)[0]).toMatchObject({ language: 'es', kind: 'manual' })
    expect(linesOf(generated.stdout)[0]).toMatchObject({ language: 'en', kind: 'generated' })
  })

  it('reads a list from a file, without blank lines and comments', async () => {
    await place.write('list.txt', '\ufeff# speeches\r\n\r\nhttps://youtu.be/gettysburg1\r\n  fdr1933fear  \r\n')

    const { stdout, code } = await place.run(['transcribe', '--file', 'list.txt', '--json'])

    expect(linesOf(stdout).map(({ url }) => url)).toEqual(['https://youtu.be/gettysburg1', 'fdr1933fear'])
    expect(code).toBe(0)
  })

  it('reads a list from a pipe when there are no arguments, or when the file is called -', async () => {
    const piped = await place.run(['transcribe', '--json'], { input: 'gettysburg1\nfdr1933fear\n' })
    const named = await place.run(['transcribe', 'aintiawoman', '--file', '-', '--json'], { input: 'gettysburg1\n' })

    expect(linesOf(piped.stdout).map(({ url }) => url)).toEqual(['gettysburg1', 'fdr1933fear'])
    expect(linesOf(named.stdout).map(({ url }) => url)).toEqual(['aintiawoman', 'gettysburg1'])
  })

  it('takes bare ids that begin with a dash for ids, among flags and after --', async () => {
    place.youtube.setVideo({ id: '-62C9R_41Sc', title: 'Dashed', channel: 'c', tracks: [] })

    const among = await place.run(['transcribe', 'gettysburg1', '-62C9R_41Sc', '--json', 'fdr1933fear'])
    const after = await place.run(['transcribe', '--json', '--', '-62C9R_41Sc'])

    expect(linesOf(among.stdout).map(({ video_id }) => video_id)).toEqual(['gettysburg1', '-62C9R_41Sc', 'fdr1933fear'])
    expect(linesOf(after.stdout)[0]).toMatchObject({ video_id: '-62C9R_41Sc', error: { code: 'transcripts_disabled' } })
  })

  it('writes one file per video into a folder that it creates, and prints their paths', async () => {
    const { stdout, code } = await place.run([
      'transcribe',
      'lusiadas_br',
      'private_vid',
      'basho_ja_01',
      '--output',
      'out/texts',
    ])

    expect(stdout).toBe('out/texts/lusiadas_br.pt-BR.txt\nout/texts/basho_ja_01.ja.txt\n')
    expect(await readdir(join(place.folder, 'out/texts'))).toEqual(['basho_ja_01.ja.txt', 'lusiadas_br.pt-BR.txt'])
    expect(await readFile(join(place.folder, 'out/texts/basho_ja_01.ja.txt'), 'utf8')).toContain(
      '古池や蛙飛びこむ水の音\n',
    )
    expect(code).toBe(3)
  })

  it('writes JSON files where both are asked for', async () => {
    await place.run(['transcribe', 'basho_ja_01', '--output', 'json', '--json'])

    const [line] = linesOf(await readFile(join(place.folder, 'json/basho_ja_01.ja.json'), 'utf8'))
    expect(line).toMatchObject({ video_id: 'basho_ja_01', status: 'completed', title: '俳句' })
  })

  it('answers 120 URLs in the order given, as three jobs of at most 50', async () => {
    const ids = bulkIds(120)

    const { stdout, stderr, code } = await place.run(['transcribe', '--json', '--concurrency', '16'], {
      input: ids.join('\n'),
    })

    expect(linesOf(stdout).map(({ video_id }) => video_id)).toEqual(ids)
    expect(linesOf(stdout).every(({ status, segments }) => status === 'completed' && segments !== null)).toBe(true)
    expect(stderr).toMatch(/^3 jobs [0-9a-f,-]+: 120 videos/)
    expect(code).toBe(0)
  })

  it('answers a video that is listed twice twice, and asks for it once', async () => {
    const before = place.youtube.requests.length

    const { stdout } = await place.run(['transcribe', 'bulk7000001', 'https://youtu.be/bulk7000001', '--json'])

    expect(linesOf(stdout).map(({ url, status }) => [url, status])).toEqual([
      ['bulk7000001', 'completed'],
      ['https://youtu.be/bulk7000001', 'completed'],
    ])
    expect(place.youtube.requests.slice(before).filter(({ path }) => path.endsWith('/player'))).toHaveLength(1)
  })

  it('does not ask YouTube again for what is stored, unless told to refresh', async () => {
    await place.run(['transcribe', 'bulk7000002'])
    const before = place.youtube.requests.length

    const stored = await place.run(['transcribe', 'bulk7000002'])
    const afterStored = place.youtube.requests.length
    await place.run(['transcribe', 'bulk7000002', '--refresh'])

    expect(stored.stdout).toContain('This is video number 7000002.')
    expect(afterStored).toBe(before)
    expect(place.youtube.requests.length).toBeGreaterThan(afterStored)
  })

  it('ends with 4 when every video failed, and says why and what to do', async () => {
    const { code, stdout, stderr } = await place.run(['transcribe', 'private_vid', 'no_captions'])

    expect(stdout).toBe('')
    expect(stderr).toMatch(/failed: private_vid\n {2}private_vid is private/)
    expect(stderr).toContain('2 videos: 0 done, 2 failed')
    expect(code).toBe(4)
  })
})
