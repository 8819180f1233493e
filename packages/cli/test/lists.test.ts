// Playlists and channels on the command line, and what --dry-run says: a real process, and a stand-in for YouTube.
import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

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
  it('stores nothing, and says why: there is none', async () => {
    const { code, stdout, stderr } = await place.run(['transcribe', 'gettysburg1', '@nobody_is_called_so'])

    expect(stderr).toMatch(/^error: The list @nobody_is_called_so cannot be had from YouTube/)
    expect(stdout).toBe('')
    expect(place.hasDatabase()).toBe(false)
    expect(code).toBe(2)
  })

  it('stores nothing, and says why: YouTube refuses', async () => {
    place.youtube.behave({ how: 'rate-limited' })

    const { code, stderr } = await place.run(['transcribe', PLAYLIST])

    expect(stderr).toMatch(/^error: YouTube asks to slow down/)
    expect(place.hasDatabase()).toBe(false)
    expect(code).toBe(5)
  })

  it('stores nothing, and says why: it is empty', async () => {
    place.youtube.setPlaylist({ id: 'PLan_empty_playlist', title: 'Empty', videos: [] })

    const { code, stderr } = await place.run(['transcribe', 'PLan_empty_playlist'])

    expect(stderr).toMatch(/^error: There is no video to transcribe/)
    expect(code).toBe(2)
  })

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
      ['6', 'invalid', 'nonsense'],
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
    })
    expect(code).toBe(0)
  })

  it('makes neither a database nor a folder', async () => {
    const { code } = await place.run(['transcribe', 'gettysburg1', '--dry-run', '--output', 'texts'])

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
