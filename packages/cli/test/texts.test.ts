// What texts come as: the flags of transcribe and of export, as people run them.
import { access, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInProcess } from './support/in-process.ts'
import { jobsNamedIn, linesOf, openWorkplace, type Ended, type Workplace } from './support/workplace.ts'

describe('texts', () => {
  let place: Workplace
  /** Of the Gettysburg Address, a private video and a poem. */
  let job: string
  beforeAll(async () => {
    place = await openWorkplace()
    job = jobsNamedIn((await place.run(['transcribe', 'gettysburg1', 'private_vid', 'basho_ja_01'])).stderr)
  })
  afterAll(() => place.close())

  const run = (...args: string[]): Promise<Ended> =>
    runInProcess(args, { cwd: place.folder, env: { YOUTUBE_BASE_URL: place.youtube.url } })

  describe('of transcribe', () => {
    it.each([
      ['srt', /^1\r\n00:00:00,\d{3} --> 00:00:\d\d,\d{3}\r\nFour score/],
      ['vtt', /^WEBVTT\n\n00:00:00\.\d{3} --> /],
      ['md', /^# The Gettysburg Address\n\n<https:\/\/www\.youtube\.com\/watch\?v=gettysburg1> · Public Domain/],
      ['csv', /^video_id,start_ms,duration_ms,text\r\ngettysburg1,\d+,\d+,"Four score/],
      ['jsonl', /^\{"video_id":"gettysburg1","text":"Four score[^\n]+\}\n\{/],
      ['json', /^\{"url":"gettysburg1","video_id":"gettysburg1","status":"completed"/],
      ['txt', /^Four score/],
    ])('come as %s', async (format, expected) => {
      const { code, stdout } = await run('transcribe', 'gettysburg1', '--format', format)

      expect(stdout).toMatch(expected)
      expect(code).toBe(0)
    })

    it('come as the lines of --json, which --format json is too', async () => {
      const [asJson, named] = await Promise.all([
        run('transcribe', 'gettysburg1', 'private_vid', '--json'),
        run('transcribe', 'gettysburg1', 'private_vid', '--format', 'json'),
      ])

      expect(linesOf(asJson.stdout).map(({ status }) => status)).toEqual(['completed', 'failed'])
      expect(named.stdout).toBe(asJson.stdout)
    })

    it('come in a view, and in part', async () => {
      const sentences = await run('transcribe', 'gettysburg1', '--view', 'sentences')
      const opening = await run('transcribe', 'gettysburg1', '--view', 'sentences', '--end', '0:01')
      const [paragraphs] = linesOf((await run('transcribe', 'gettysburg1', '--json', '--view', 'paragraphs')).stdout)

      expect(sentences.stdout.split('\n')[0]).toMatch(/^Four score and seven years ago .* created equal\.$/)
      expect(opening.stdout).toBe(`${sentences.stdout.split('\n')[0]}\n`)
      expect(paragraphs?.segments?.length).toBeLessThan(sentences.stdout.split('\n').length - 1)
    })

    it('come in chunks that link to their second, a line for each', async () => {
      const { stdout } = await run('transcribe', 'gettysburg1', '--chunk-tokens', '40', '--chunk-overlap', '10')

      const chunks = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(chunks.length).toBeGreaterThan(1)
      expect(chunks[0]).toMatchObject({
        page_content: expect.stringMatching(/^Four score/),
        metadata: { source: 'https://www.youtube.com/watch?v=gettysburg1&t=0s', title: 'The Gettysburg Address' },
      })
    })

    it('come as several files each, where there is a folder for them', async () => {
      const { stdout, code } = await run(
        'transcribe',
        'gettysburg1',
        'basho_ja_01',
        '--format',
        'vtt,md',
        '--output',
        'two',
      )

      expect(stdout).toBe(
        'two/gettysburg1.en.vtt\ntwo/gettysburg1.en.md\ntwo/basho_ja_01.ja.vtt\ntwo/basho_ja_01.ja.md\n',
      )
      expect(await readFile(join(place.folder, 'two/basho_ja_01.ja.md'), 'utf8')).toContain('古池や蛙飛びこむ水の音')
      expect(code).toBe(0)
    })

    it('are one table of several videos, with one header', async () => {
      const { stdout } = await run('transcribe', 'gettysburg1', 'basho_ja_01', '--format', 'csv')

      expect(stdout.match(/video_id/g)).toHaveLength(1)
      expect(stdout).toMatch(/\r\nbasho_ja_01,/)
    })

    it('bring no control characters to a terminal', async () => {
      const text = 'red \u001b[31m alert\u0007'
      place.youtube.setVideo({
        id: 'controls_01',
        title: 'Bell',
        channel: 'c',
        tracks: [
          { language: 'en', kind: 'manual', name: 'English', segments: [{ text, startMs: 0, durationMs: 1_000 }] },
        ],
      })

      const [plain, subtitles] = await Promise.all([
        run('transcribe', 'controls_01'),
        run('transcribe', 'controls_01', '--format', 'srt'),
      ])

      expect(plain.stdout).toBe('red [31m alert\n')
      expect(subtitles.stdout).toContain('\r\nred [31m alert\r\n')
    })

    it.each([
      [['gettysburg1', 'basho_ja_01', '--format', 'srt'], '--format: Several videos as srt are several files'],
      [['gettysburg1', '--format', 'srt,vtt'], '--format: Several formats are several files'],
      [['gettysburg1', '--format', 'pdf'], "argument 'pdf' is invalid. Give some of json, txt, srt, vtt"],
      [['gettysburg1', '--json', '--format', 'txt'], "'--json' cannot be used with option '--format"],
      [['gettysburg1', '--start', 'soon'], 'Write a moment like 90, 1:30 or 1m30s.'],
      [['gettysburg1', '--start', '5', '--end', '5'], '--end: It comes after the start'],
      [['gettysburg1', '--chunk-seconds', '60', '--chunk-tokens', '60'], 'cannot be used with option'],
      [['gettysburg1', '--chunk-overlap', '60'], '--chunk-overlap: Only chunks overlap'],
      [['gettysburg1', '--chunk-tokens', '15'], '--chunk-tokens: A chunk has from 16 to 100000 tokens'],
      [['gettysburg1', '--chunk-tokens', '16', '--format', 'srt'], '--format: Chunks come as json or jsonl'],
    ])('are refused before anything is stored, naming the flag: %j', async (args, message) => {
      const asked = place.youtube.requests.length

      const { code, stderr, stdout } = await run('transcribe', ...args)

      expect(stderr).toContain(message)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(place.youtube.requests.length).toBe(asked)
    })

    it('come alike when a run is resumed', async () => {
      const { stderr } = await run('transcribe', 'bulk0000001', '--format', 'md', '--start', '1:00', '--max-wait', '0s')

      expect(stderr).toMatch(/ytscriptify transcribe --resume \S+ --format md --start 60\n/)
    })
  })

  describe('of export', () => {
    it('are those of a stored job, with a heading above each, and no video is asked for', async () => {
      const asked = place.youtube.requests.length

      const { code, stdout, stderr } = await run('export', job)

      expect(stdout.match(/^# .*$/gm)).toEqual(['# The Gettysburg Address (gettysburg1)', '# 俳句 (basho_ja_01)'])
      expect(stderr).toContain('failed: private_vid\n')
      expect(stderr).toContain('3 videos: 2 done, 1 failed\n')
      expect(code).toBe(3)
      expect(place.youtube.requests.length).toBe(asked)
    })

    it('are the lines of transcribe --json', async () => {
      const exported = await run('export', job, '--json')

      expect(linesOf(exported.stdout).map(({ video_id, status }) => [video_id, status])).toEqual([
        ['gettysburg1', 'completed'],
        ['private_vid', 'failed'],
        ['basho_ja_01', 'completed'],
      ])
    })

    it('are files in a folder', async () => {
      const { stdout } = await run('export', job, '--format', 'srt', '--output', 'exported')

      expect(stdout).toBe('exported/gettysburg1.en.srt\nexported/basho_ja_01.ja.srt\n')
      expect(await readdir(join(place.folder, 'exported'))).toEqual(['basho_ja_01.ja.srt', 'gettysburg1.en.srt'])
    })

    it('are one archive', async () => {
      const { code, stdout } = await run('export', job, '--zip', 'job.zip')

      const archive = await readFile(join(place.folder, 'job.zip'))
      expect(stdout).toBe('job.zip\n')
      expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
      for (const name of [
        '001 The Gettysburg Address [gettysburg1].en.srt',
        '003 俳句 [basho_ja_01].ja.txt',
        'videos.jsonl',
      ])
        expect(archive.includes(name)).toBe(true)
      expect(code).toBe(3)
    })

    it('leave no half archive where it cannot be written', async () => {
      const { code, stderr } = await run('export', job, '--zip', 'nowhere/job.zip')

      expect(stderr).toContain('error: The file "nowhere/job.zip" cannot be written: ')
      expect(stderr).toContain('hint: Make room, or give --zip another path.\n')
      expect(code).toBe(2)
      await expect(access(join(place.folder, 'nowhere'))).rejects.toThrow()
    })

    it('of a job that has not ended are what there is, and it says how to go on', async () => {
      const open = jobsNamedIn((await run('transcribe', 'bulk0000002', '--max-wait', '0s')).stderr)

      const { code, stderr } = await run('export', open)

      expect(stderr).toMatch(/1 video: 0 done, 1 left\n/)
      expect(stderr).toContain(`ytscriptify transcribe --resume ${open}`)
      expect(code).toBe(5)
    })

    it.each([
      [['nothing'], 'There is no job nothing'],
      [['JOB', '--format', 'vtt'], '--format: Several videos as vtt are several files'],
      [['JOB', '--zip', 'a.zip', '--output', 'a'], 'cannot be used with option'],
    ])('are refused, saying why: %j', async (args, message) => {
      const { code, stderr, stdout } = await run('export', ...args.map((arg) => (arg === 'JOB' ? job : arg)))

      expect(stderr).toContain(message)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    })
  })
})
