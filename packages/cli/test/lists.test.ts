// Playlists and channels on the command line, and what --dry-run says: a real process, and a stand-in for YouTube.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createOldDatabase } from './support/old-database.ts'
import { makeOlder, schemaOf } from './support/older-schema.ts'
import { errorLine, linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace

beforeEach(async () => {
  place = await openWorkplace()
})

afterEach(() => place.close())

const PLAYLIST = 'https://www.youtube.com/playlist?list=PLspeeches_of_the_stand_in'

const previewLine = z.strictObject({
  position: z.int(),
  status: z.enum(['unique', 'duplicate', 'stored', 'invalid']),
  url: z.string(),
  video_id: z.string().nullable(),
  title: z.string().nullable(),
  list: z.string().nullable(),
  duplicate_of: z.int().nullable(),
  fetched_at: z.iso.datetime().nullable(),
  error: errorLine.nullable(),
})

const previewOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => previewLine.parse(JSON.parse(line)))

const asked = (): string[] => place.youtube.requests.map(({ path }) => path)

describe('a playlist on the command line', () => {
  it('stands for its videos, in its order and its place', async () => {
    const { stdout, code } = await place.run(['transcribe', 'loreley_de1', PLAYLIST, '--json'])

    expect(linesOf(stdout).map(({ video_id: id }) => id)).toEqual([
      'loreley_de1',
      'gettysburg1',
      'aintiawoman',
      'liberty1775',
      'gettysburg1',
      'fdr1933fear',
    ])
    expect(code).toBe(0)
  })

  it('may stand in a file, beside videos', async () => {
    await place.write('list.txt', `# both\nloreley_de1\n${PLAYLIST}\n`)

    const { stdout } = await place.run(['transcribe', '--file', 'list.txt', '--limit', '1', '--json'])

    expect(linesOf(stdout).map(({ video_id: id }) => id)).toEqual(['loreley_de1', 'gettysburg1'])
  })

  it('is not read where the URL names a video too', async () => {
    const url = 'https://www.youtube.com/watch?v=fdr1933fear&list=PLspeeches_of_the_stand_in'

    const { stdout } = await place.run(['transcribe', url, '--json'])

    expect(linesOf(stdout).map(({ video_id: id }) => id)).toEqual(['fdr1933fear'])
    expect(asked()).not.toContain('/youtubei/v1/browse')
  })
})

describe('a channel on the command line', () => {
  it('stands for its newest videos, as many as --limit says', async () => {
    const { stdout } = await place.run([
      'transcribe',
      'https://www.youtube.com/@PublicDomainSpeeches/videos',
      '--limit',
      '2',
      '--dry-run',
      '--json',
    ])

    expect(previewOf(stdout).map(({ video_id: id }) => id)).toEqual(['po_token_v1', 'terminated1'])
  })
})

describe('a list that is not given', () => {
  it('stores nothing, and says why and where it was named: there is none', async () => {
    await place.write('list.txt', '# two\ngettysburg1\n@nobody_is_called_so\n')

    const { code, stdout, stderr } = await place.run(['transcribe', '--file', 'list.txt'])

    expect(stderr).toMatch(/^error: list\.txt:3: The list @nobody_is_called_so cannot be had from YouTube/)
    expect(stdout).toBe('')
    expect(place.hasDatabase()).toBe(false)
    expect(code).toBe(2)
  })

  it('stores nothing, and says why: YouTube refuses', async () => {
    place.youtube.behave({ how: 'rate-limited' })

    const { code, stderr } = await place.run(['transcribe', PLAYLIST])

    expect(stderr).toMatch(/^error: argument 1: YouTube asks to slow down/)
    expect(place.hasDatabase()).toBe(false)
    expect(code).toBe(5)
  })

  it('stores nothing, and says why: it is empty', async () => {
    place.youtube.setPlaylist({ id: 'PLan_empty_playlist', title: 'Empty', videos: [] })

    const { code, stderr } = await place.run(['transcribe', 'PLan_empty_playlist'])

    expect(stderr).toMatch(/^error: There is no video to transcribe/m)
    expect(code).toBe(2)
  })

  it('is told of where it is empty and others are not', async () => {
    place.youtube.setPlaylist({ id: 'PLan_empty_playlist', title: 'Empty', videos: [] })

    const { code, stdout, stderr } = await place.run(['transcribe', 'gettysburg1', 'PLan_empty_playlist', '--json'])

    expect(stderr).toMatch(/^notice: argument 2: PLan_empty_playlist has no video\.$/m)
    expect(linesOf(stdout).map(({ video_id: id }) => id)).toEqual(['gettysburg1'])
    expect(code).toBe(0)
  })

  it('is not asked for while YouTube has this address wait', async () => {
    await closeGate()
    const before = asked().length

    const { code, stderr } = await place.run(['transcribe', PLAYLIST])
    const dry = await place.run(['transcribe', 'gettysburg1', PLAYLIST, '--dry-run', '--json'])

    expect(stderr).toMatch(/^error: argument 1: The source "youtube" is not asked now/)
    expect(stderr).toMatch(/^hint: .* Try again in \d+:\d\d\.$/m)
    expect(code).toBe(5)
    expect(previewOf(dry.stdout).map(({ status, error }) => [status, error?.code])).toEqual([
      ['unique', undefined],
      ['invalid', 'source_rate_limited'],
    ])
    expect(dry.code).toBe(5)
    expect(asked()).toHaveLength(before)
  })

  /** For ten minutes, as a refused video does. */
  async function closeGate(): Promise<void> {
    const behaveWell = place.youtube.behave({ how: 'rate-limited', retryAfter: 600 })
    await place.run(['transcribe', 'fdr1933fear', '--max-wait', '0'])
    behaveWell()
  }

  it('ends with Ctrl-C while it is read', async () => {
    place.youtube.behave({ how: 'hang', at: 'browse' })
    const { child, ended } = place.start(['transcribe', PLAYLIST])
    await expect.poll(asked, { timeout: 20_000 }).toContain('/youtubei/v1/browse')

    child.kill('SIGINT')

    expect((await ended).code).toBe(130)
    expect(place.hasDatabase()).toBe(false)
  })
})

describe('--dry-run', () => {
  it('says what is unique, repeated, stored and invalid, and asks YouTube for lists alone', async () => {
    await place.run(['transcribe', 'aintiawoman'])
    const before = asked().length

    const { code, stdout, stderr } = await place.run(['transcribe', PLAYLIST, 'nonsense', '--dry-run'])

    expect(stdout.split('\n').map((line) => line.trimEnd().split(/ {2,}/).slice(0, 3))).toEqual([
      ['NO.', 'STATUS', 'VIDEO'],
      ['1', 'unique', 'gettysburg1'],
      ['2', 'stored', 'aintiawoman'],
      ['3', 'unique', 'liberty1775'],
      ['4', 'duplicate', 'gettysburg1'],
      ['5', 'unique', 'fdr1933fear'],
      ['6', 'invalid', '-'],
      [''],
    ])
    expect(stderr).toBe('6 in the list: 3 unique, 1 duplicate, 1 already stored, 1 invalid. Nothing was stored.\n')
    expect(asked().slice(before)).toEqual(['/youtubei/v1/browse'])
    expect(code).toBe(2)
  })

  it('says the same in JSON, for programs', async () => {
    await place.run(['transcribe', 'aintiawoman'])

    const { code, stdout } = await place.run(['transcribe', PLAYLIST, '--dry-run', '--json'])

    const lines = previewOf(stdout)
    expect(lines.map(({ status, duplicate_of: of }) => [status, of])).toEqual([
      ['unique', null],
      ['stored', null],
      ['unique', null],
      ['duplicate', 0],
      ['unique', null],
    ])
    expect(lines[1]).toMatchObject({
      list: PLAYLIST,
      title: 'Sojourner Truth at Akron',
      fetched_at: expect.any(String),
      error: null,
    })
    expect(code).toBe(0)
  })

  it('goes on behind a list that cannot be had, and says which and why', async () => {
    await place.write('list.txt', `@nobody_is_called_so\n${PLAYLIST}\nnonsense\n`)

    const { code, stdout, stderr } = await place.run([
      'transcribe',
      '--file',
      'list.txt',
      '--limit',
      '1',
      '--dry-run',
      '--json',
    ])

    expect(previewOf(stdout).map(({ status, video_id: id, error }) => [status, id, error?.code])).toEqual([
      ['invalid', null, 'list_unavailable'],
      ['unique', 'gettysburg1', undefined],
      ['invalid', null, 'unsupported_url'],
    ])
    expect(stderr).toMatch(/^invalid: list\.txt:1: The list @nobody_is_called_so cannot be had/m)
    expect(code).toBe(2)
  })

  it('names the code of what is invalid in its table', async () => {
    const { stdout } = await place.run(['transcribe', '@nobody_is_called_so', 'nonsense', '--dry-run'])

    expect(stdout).toMatch(/^1 +invalid +- +list_unavailable +@nobody_is_called_so$/m)
    expect(stdout).toMatch(/^2 +invalid +- +unsupported_url +nonsense$/m)
  })

  it('ends with 5 where waiting helps: YouTube refuses', async () => {
    place.youtube.behave({ how: 'rate-limited', retryAfter: 600 })

    const { code, stdout, stderr } = await place.run(['transcribe', PLAYLIST, '--dry-run', '--json'])

    expect(previewOf(stdout)).toMatchObject([{ status: 'invalid', error: { code: 'source_rate_limited' } }])
    expect(stderr).toMatch(/^invalid: argument 1: YouTube asks to slow down.* Try again in \d+:\d\d\.$/m)
    expect(code).toBe(5)
  })

  it('neither changes an older schema nor guesses what is in it', async () => {
    const file = join(place.folder, 'transcriber.db')
    await place.run(['transcribe', 'gettysburg1'])
    makeOlder(file)

    const { code, stdout, stderr } = await place.run(['transcribe', 'gettysburg1', '--dry-run', '--json'])

    expect(stderr).toContain('notice: transcriber.db has an older schema: what is already stored, ')
    expect(stderr).toContain('cannot be told before "ytscriptify migrate".')
    expect(previewOf(stdout)).toMatchObject([{ status: 'unique' }])
    expect(code).toBe(0)
    expect(schemaOf(file)).toBe(1)
  })

  it('refuses the database of somebody else', async () => {
    createOldDatabase(join(place.folder, 'transcriber.db'))

    const { code, stdout, stderr } = await place.run(['transcribe', 'gettysburg1', '--dry-run'])

    expect(stderr).toContain('but not from this version')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('makes no database', async () => {
    const { code } = await place.run(['transcribe', 'gettysburg1', '--dry-run'])

    expect(await readdir(place.folder)).toEqual([])
    expect(asked()).toEqual([])
    expect(code).toBe(0)
  })

  it('calls stored only what would be copied: not another language, and nothing with --refresh', async () => {
    await place.run(['transcribe', 'gettysburg1'])

    const german = await place.run(['transcribe', 'gettysburg1', '--languages', 'de', '--dry-run', '--json'])
    const anew = await place.run(['transcribe', 'gettysburg1', '--refresh', '--dry-run', '--json'])

    expect([...previewOf(german.stdout), ...previewOf(anew.stdout)].map(({ status }) => status)).toEqual([
      'unique',
      'unique',
    ])
  })

  it.each([
    ['--limit', '0'],
    ['--limit', 'many'],
    ['--resume', 'x', '--dry-run'],
  ])('goes not with %s %s', async (...flags) => {
    const { code, stderr } = await place.run(['transcribe', ...flags])

    expect(stderr).toMatch(/^error: /)
    expect(code).toBe(2)
  })
})

describe('--limit', () => {
  it.each([[['gettysburg1']], [['gettysburg1', '--dry-run']]])('needs a list: %j', async (args) => {
    const { code, stdout, stderr } = await place.run(['transcribe', '--limit', '3', ...args])

    expect(stderr).toMatch(/^error: --limit: There is no playlist or channel that it could limit\.$/m)
    expect(stdout).toBe('')
    expect(code).toBe(2)
    expect(place.hasDatabase()).toBe(false)
  })
})
