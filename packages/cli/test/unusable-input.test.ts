// Whatever cannot be used is named, with what to do about it; nothing is stored, and the exit code is 2.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runInProcess } from './support/in-process.ts'
import { createOldDatabase } from './support/old-database.ts'
import { bulkIds, openWorkplace, type Ended, type Workplace } from './support/workplace.ts'

describe('unusable input', () => {
  let place: Workplace
  beforeEach(async () => {
    place = await openWorkplace()
  })
  afterEach(() => place.close())

  const runQuickly = (args: readonly string[]): Promise<Ended> => runInProcess(args, { cwd: place.folder })

  /** Refused with a message and a hint, without a stack trace, and nothing was stored or asked for. */
  function expectRefusal({ code, stdout, stderr }: Ended, message: RegExp | string): void {
    if (typeof message === 'string') expect(stderr).toContain(message)
    else expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^hint: \S/m)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
    expect(place.youtube.requests).toEqual([])
  }

  it('is an empty list: no arguments, an empty pipe, a file of comments', async () => {
    await place.write('comments.txt', '# nothing\n\n   \n')

    expectRefusal(await place.run(['transcribe']), 'error: There is no URL to transcribe.')
    expectRefusal(await place.run(['transcribe', '--file', 'comments.txt']), 'The list "comments.txt" has no URL.')
    expectRefusal(await place.run(['transcribe', '--file', '-'], { input: '\n' }), 'Standard input has no URL.')
  })

  it('is a line that is not the URL of a video, a playlist or a channel: each is named with its place', async () => {
    const lines = [
      ...bulkIds(15),
      '',
      'https://youtube.com.evil.example/watch?v=gettysburg1',
      'https://www.youtube.com/@channel/community',
    ]
    await place.write('list.txt', lines.join('\n'))

    const result = await place.run(['transcribe', 'hello', '--file', 'list.txt'])

    expectRefusal(
      result,
      'error: 3 of 18 lines are not the URL of a video, a playlist or a channel. Nothing was stored.',
    )
    expect(result.stderr).toContain('\n  argument 1: "hello" is not the URL of a video, a playlist or a channel\n')
    expect(result.stderr).toContain('\n  list.txt:17: "https://youtube.com.evil.example/watch?v=gettysburg1" is not')
    expect(result.stderr).toContain('\n  list.txt:18: "https://www.youtube.com/@channel/community" is not')
  })

  it.each([
    'https://evil.example/watch?v=gettysburg1',
    'https://www.youtube.com.evil.example/watch?v=gettysburg1',
    'https://notyoutube.com/watch?v=gettysburg1',
    'https://www.youtube.com@evil.example/watch?v=gettysburg1',
    'javascript:gettysburg1',
    'gettysburg!',
    'gettysbürg1',
    'gettysburg 1',
    'https://youtu.be/gettysburg',
  ])('is %s: no look-alike host or id is asked for', async (url) => {
    expectRefusal(
      await runQuickly(['transcribe', '--', url]),
      `error: argument 1: "${url}" is not the URL of a video, a playlist or a channel.`,
    )
  })

  it('is one bad line among hundreds: the good ones before it are not stored either', async () => {
    const input = [...bulkIds(120), 'https://example.com/'].join('\n')

    expectRefusal(await place.run(['transcribe'], { input }), 'error: stdin:121: "https://example.com/" is not the URL')
  })

  it('is a hostile line: it cannot write control sequences to the terminal', async () => {
    const result = await place.run(['transcribe'], { input: 'https://\u001b]0;owned\u0007x\u202egpj.exe' })

    expectRefusal(result, /^error: stdin:1: "https:/)
    for (const control of ['\u001b', '\u0007', '\u202e']) expect(result.stderr).not.toContain(control)
  })

  it.each(['e', 'not_a_tag!', 'en-', 'de fr'])('is the language tag "%s", which is not well-formed', async (tag) => {
    const result = await runQuickly(['transcribe', 'gettysburg1', '--languages', `de,${tag}`])

    expectRefusal(result, `--languages: "${tag}" is not a well-formed language tag`)
  })

  it('is a list that cannot be read', async () => {
    await mkdir(join(place.folder, 'folder'))

    expectRefusal(
      await place.run(['transcribe', '--file', 'missing.txt']),
      '"missing.txt" cannot be read: there is no such file.',
    )
    expectRefusal(await place.run(['transcribe', '--file', 'folder']), '"folder" cannot be read: it is a folder.')
  })

  it('is a folder for the results that cannot be made', async () => {
    await place.write('file', '')

    expectRefusal(
      await place.run(['transcribe', 'gettysburg1', '--output', 'file/out']),
      'The folder "file/out" cannot be created',
    )
  })

  it('is a folder for the results that is a file', async () => {
    await place.write('notes.txt', '')

    expectRefusal(
      await runQuickly(['transcribe', 'gettysburg1', '--output', 'notes.txt']),
      'error: "notes.txt" is a file.\n',
    )
  })

  it.runIf(process.platform === 'linux')('is a folder that takes no files, or no folders', async () => {
    expectRefusal(
      await runQuickly(['transcribe', 'gettysburg1', '--output', '/proc']),
      'error: The folder "/proc" cannot be written: ',
    )
    expectRefusal(
      await runQuickly(['transcribe', 'gettysburg1', '--output', '/proc/foo/bar']),
      'error: The folder "/proc/foo/bar" cannot be created: ENOENT',
    )
  })

  it('is a database that cannot be written', async () => {
    await place.write('file', '')
    const env = { DATABASE_URL: 'sqlite:///file/transcriber.db' }

    expectRefusal(
      await place.run(['transcribe', 'gettysburg1'], { env }),
      /error: .*file\/transcriber\.db cannot be opened/,
    )
  })

  it('is a file that is no database', async () => {
    await place.write('notes.txt', 'This is not a database. '.repeat(100))
    const env = { DATABASE_URL: 'sqlite:///notes.txt' }

    expectRefusal(await place.run(['transcribe', 'gettysburg1'], { env }), /error: .*notes\.txt/)
  })

  it('is the database of the older service, which stays as it is', async () => {
    const file = join(place.folder, 'old.db')
    createOldDatabase(file)
    const before = await readFile(file)

    const result = await place.run(['transcribe', 'gettysburg1'], { env: { DATABASE_URL: 'sqlite:///old.db' } })

    expectRefusal(result, /old\.db already has "jobs" and "transcripts", but not from this version/)
    expect(await readFile(file)).toEqual(before)
  })

  it.each([['transcribe', '--resume'], ['status'], ['cancel'], ['retry']])(
    'is a job that does not exist, for %s: it says where it looked',
    async (...command) => {
      const { code, stderr } = await runQuickly([...command, '0190b7a0-0000-7000-8000-000000000000'])

      expect(stderr).toBe(
        'error: There is no job 0190b7a0-0000-7000-8000-000000000000.\n' +
          `hint: Looked in ${join(place.folder, 'transcriber.db')}; DATABASE_URL names another.\n`,
      )
      expect(code).toBe(2)
    },
  )

  it.each([
    [['transcribe', 'gettysburg1', '--max-wait', 'soon'], "option '--max-wait <duration>' argument 'soon' is invalid"],
    [['transcribe', 'gettysburg1', '--lease', '1ms'], 'A lease lasts at least 1s.'],
    [['transcribe', 'gettysburg1', '--concurrency', '0'], 'Give a whole number from 1 to 9999.'],
    [['transcribe', 'gettysburg1', '--kind', 'spoken'], 'Allowed choices are any, manual, generated.'],
    [['transcribe', 'gettysburg1', '--resume', 'x'], '--resume goes on with stored jobs and takes no URLs'],
    [
      ['transcribe', '--resume', 'x', '--languages', 'de'],
      "'--resume <jobs>' cannot be used with option '--languages <tags>'",
    ],
    [
      ['transcribe', 'gettysburg1', '--dry-run', '--output', 'texts'],
      "option '--dry-run' cannot be used with option '--output <folder>'",
    ],
    [
      ['transcribe', 'gettysburg1', '--dry-run', '--format', 'srt'],
      "option '--dry-run' cannot be used with option '--format <formats>'",
    ],
    [
      ['transcribe', 'gettysburg1', '--dry-run', '--view', 'sentences'],
      "option '--dry-run' cannot be used with option '--view <view>'",
    ],
    [
      ['transcribe', 'gettysburg1', '--dry-run', '--start', '1:30'],
      "option '--dry-run' cannot be used with option '--start <moment>'",
    ],
    [
      ['transcribe', 'gettysburg1', '--dry-run', '--chunk-tokens', '400'],
      "option '--dry-run' cannot be used with option '--chunk-tokens <n>'",
    ],
    [['transcribe', 'gettysburg1', '--jason'], "unknown option '--jason'"],
    [['transcribe', '--langauges', 'de', 'gettysburg1'], "unknown option '--langauges'"],
    [['transcribe', '--overwrite', 'gettysburg1', '-62C9R_41Sc'], "unknown option '--overwrite'"],
    [['transcript', 'gettysburg1'], 'Did you mean transcribe?'],
    [['worker', 'now'], 'too many arguments'],
  ])('is the command line %j', async (args, message) => {
    const { code, stdout, stderr } = await runQuickly(args)

    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
  })
})
