import { execFile } from 'node:child_process'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FetchedTranscript, TranscriptRequest } from '@ytscriptify/core'
import { afterEach, describe, expect, it } from 'vitest'
import { fileSource, type FileSourceOptions } from '../src/file-source.ts'
import {
  ADDRESS_DE_SRT,
  ADDRESS_JSON3,
  ADDRESS_VTT,
  createSubtitleFolder,
  type SubtitleFolder,
} from './subtitle-folder.ts'

const folders: SubtitleFolder[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove()
})

async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await createSubtitleFolder(files)
  folders.push(folder)
  return folder.path
}

/** Files that are named after videos, as the command reads them. */
const byId = (folder: string, options: Partial<FileSourceOptions> = {}) =>
  fileSource({ folder, parse: (url) => /^(?:https:\/\/youtu\.be\/)?([\w-]{11})$/.exec(url)?.[1], ...options })

async function fetch(
  source: ReturnType<typeof fileSource>,
  videoId: string,
  request: Partial<TranscriptRequest> = {},
): Promise<FetchedTranscript> {
  const { signal } = new AbortController()
  const permit = await source.admit(signal)
  return source.fetch({ videoId }, { request: { languages: [], kind: 'any', ...request }, permit, signal })
}

describe('a transcript from a file', () => {
  it('is read from WebVTT, SubRip and json3, with the times as they stand there', async () => {
    const folder = await folderOf({
      'gettysburg1.en.vtt': ADDRESS_VTT,
      'gettysburg1.de.srt': ADDRESS_DE_SRT,
      'gettysburg1.en.generated.json3': ADDRESS_JSON3,
    })
    const source = byId(folder)

    const english = await fetch(source, 'gettysburg1', { languages: ['en'] })
    const german = await fetch(source, 'gettysburg1', { languages: ['de'] })
    const heard = await fetch(source, 'gettysburg1', { languages: ['en'], kind: 'generated' })

    expect(english).toEqual({
      language: 'en',
      kind: 'manual',
      segments: [
        { text: 'Four score and seven years ago', startMs: 480, durationMs: 3_520 },
        { text: 'our fathers brought forth on this continent', startMs: 4_000, durationMs: 3_500 },
      ],
      metadata: { provenance: { file: 'gettysburg1.en.vtt', format: 'vtt' } },
    })
    expect(german.segments[1]?.text).toBe('gründeten unsere Väter auf diesem Kontinent')
    expect(heard).toMatchObject({
      kind: 'generated',
      segments: [{ text: 'four score and seven' }, { text: 'our fathers' }],
    })
  })

  it('may have a title, and its video in brackets, as yt-dlp names files', async () => {
    const folder = await folderOf({ 'The Address [Lincoln] [gettysburg1].en.vtt': ADDRESS_VTT })

    const { metadata, language } = await fetch(byId(folder), 'gettysburg1')

    expect({ title: metadata.title, language }).toEqual({ title: 'The Address [Lincoln]', language: 'en' })
  })

  it('is of the spoken language where nothing is asked for: what yt-dlp marks as the original, else the one given', async () => {
    const folder = await folderOf({
      'gettysburg1.de.vtt': ADDRESS_VTT,
      'gettysburg1.en-orig.vtt': ADDRESS_VTT,
      'liberty1775.de.vtt': ADDRESS_VTT,
      'liberty1775.en.vtt': ADDRESS_VTT,
    })
    const source = byId(folder, { language: 'en' })

    expect(await fetch(source, 'gettysburg1')).toMatchObject({ language: 'en', kind: 'generated' })
    expect(await fetch(source, 'liberty1775')).toMatchObject({ language: 'en', kind: 'manual' })
  })

  it('is of the language and kind that the options name where its name says neither', async () => {
    const folder = await folderOf({ 'gettysburg1.vtt': ADDRESS_VTT })

    expect(await fetch(byId(folder), 'gettysburg1')).toMatchObject({ language: 'und', kind: 'manual' })
    expect(await fetch(byId(folder, { language: 'en', kind: 'generated' }), 'gettysburg1')).toMatchObject({
      language: 'en',
      kind: 'generated',
    })
  })

  it('is read from the format that says most, of one track in several', async () => {
    const folder = await folderOf({ 'gettysburg1.en.srt': ADDRESS_DE_SRT, 'gettysburg1.en.json3': ADDRESS_JSON3 })

    expect((await fetch(byId(folder), 'gettysburg1')).metadata.provenance?.['format']).toBe('json3')
  })

  it('may be encoded in UTF-16 with a byte order mark', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(ADDRESS_DE_SRT, 'utf16le')])
    const folder = await folderOf({ 'gettysburg1.de.srt': utf16 })

    expect((await fetch(byId(folder), 'gettysburg1')).segments[1]?.text).toMatch(/^gründeten/)
  })

  it('keeps its formatting where that is wanted', async () => {
    const folder = await folderOf({ 'gettysburg1.en.srt': '1\n00:00:01,000 --> 00:00:02,000\n<i>Four</i> score' })

    expect((await fetch(byId(folder), 'gettysburg1')).segments[0]?.text).toBe('Four score')
    expect((await fetch(byId(folder), 'gettysburg1', { keepFormatting: true })).segments[0]?.text).toBe(
      '<i>Four</i> score',
    )
  })

  it('is never translated, and says so unless it is in that language', async () => {
    const folder = await folderOf({ 'gettysburg1.en-US.vtt': ADDRESS_VTT })

    expect((await fetch(byId(folder), 'gettysburg1', { translateTo: 'en' })).language).toBe('en-US')
    await expect(fetch(byId(folder), 'gettysburg1', { translateTo: 'de' })).rejects.toMatchObject({
      code: 'not_translatable',
    })
  })

  it('lists its tracks, each once', async () => {
    const folder = await folderOf({
      'gettysburg1.en.vtt': ADDRESS_VTT,
      'gettysburg1.en.srt': ADDRESS_VTT,
      'gettysburg1.de.generated.srt': ADDRESS_DE_SRT,
      'gettysburg1.txt': 'no subtitles',
    })
    const { signal } = new AbortController()

    expect(await byId(folder).tracks({ videoId: 'gettysburg1' }, { signal })).toEqual([
      { language: 'en', kind: 'manual' },
      { language: 'de', kind: 'generated' },
    ])
  })
})

describe('a file that gives no transcript', () => {
  it.each<{ what: string; content: string | Uint8Array; says: RegExp; code?: string }>([
    { what: 'cut off', content: 'WEBVTT\n\n00:01.000 --> 00:0', says: /is no WebVTT, or was cut off/ },
    { what: 'of another format', content: ADDRESS_DE_SRT, says: /is no WebVTT/ },
    { what: 'in another encoding', content: Buffer.from('WEBVTT\n\nV\xe4ter', 'latin1'), says: /not encoded in UTF-8/ },
    { what: 'too long', content: 'WEBVTT\n'.padEnd(2_000, ' '), says: /longer than 1000 bytes/ },
    { what: 'without text', content: 'WEBVTT\n', says: /has no text/, code: 'empty_transcript' },
  ])('says why, and is not tried again: $what', async ({ content, says, code = 'source_request_failed' }) => {
    const folder = await folderOf({ 'gettysburg1.en.vtt': content })

    await expect(fetch(byId(folder, { maxFileBytes: 1_000 }), 'gettysburg1')).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
      retryable: false,
    })
  })

  it('is missed by its name, without the path of the folder', async () => {
    const folder = await folderOf({})

    await expect(fetch(byId(folder), 'gettysburg1')).rejects.toMatchObject({
      code: 'video_unavailable',
      message: 'There is no subtitle file of "gettysburg1".',
      hint: expect.stringContaining('ID.LANGUAGE.srt'),
    })
  })

  it('is tried again where the whole folder is away', async () => {
    const folder = await folderOf({})
    await rm(folder, { recursive: true })
    const source = byId(folder)
    const unreachable = { code: 'source_unreachable', retryable: true, message: expect.stringContaining('ENOENT') }

    await expect(fetch(source, 'gettysburg1')).rejects.toMatchObject(unreachable)
    await expect(source.check({ signal: new AbortController().signal })).rejects.toMatchObject(unreachable)
  })

  it('is a pipe, which nobody waits for', async () => {
    const folder = await folderOf({})
    await promisify(execFile)('mkfifo', [join(folder, 'gettysburg1.en.vtt')])

    await expect(fetch(byId(folder), 'gettysburg1')).rejects.toThrow(/no ordinary file/)
  })
})

describe('the folder', () => {
  it('is never left: by no id, no link to a file and no link to a folder', async () => {
    const outside = await folderOf({ 'secret.en.vtt': ADDRESS_VTT })
    const folder = await folderOf({ 'inside/one.en.vtt': ADDRESS_VTT })
    await symlink(join(outside, 'secret.en.vtt'), join(folder, 'link.en.vtt'))
    await symlink(outside, join(folder, 'door'))
    const source = fileSource({ folder })

    await expect(fetch(source, 'link')).rejects.toMatchObject({ code: 'source_request_failed' })
    for (const id of ['door/secret', '../secret', `${outside}/secret`, 'inside/../../secret', 'a\\..\\b', 'a\0'])
      await expect(fetch(source, id)).rejects.toMatchObject({ code: 'video_unavailable' })
    expect((await fetch(source, 'inside/one')).segments).toHaveLength(2)
  })

  it('takes file: URLs that lead into it, and no others', async () => {
    const source = fileSource({ folder: '/srv/subtitles' })
    const idOf = (url: string) => source.parse(url)?.videoId

    expect(idOf('file:///srv/subtitles/talks/one.pt-BR.srt')).toBe('talks/one')
    expect(idOf('file:///srv/subtitles/one%20two')).toBe('one two')
    expect(idOf('file:talks/one.en.generated.json3')).toBe('talks/one')
    expect(idOf('file:talk.2.final')).toBe('talk.2.final')
    for (const url of [
      'file:///srv/subtitles2/one',
      'file:///srv/subtitles',
      'file:///srv/subtitles/../one',
      'file:%2e%2e/one',
      'file:a%2F..%2F..%2Fone',
      'file:%',
      'file://elsewhere/srv/subtitles/one',
    ])
      expect(idOf(url), url).toBeUndefined()
  })
})

describe('options that cannot be meant', () => {
  it.each<[FileSourceOptions, string]>([
    [{ folder: '' }, 'folder'],
    [{ folder: '/srv', language: 'not a tag' }, 'language'],
    [{ folder: '/srv', maxFileBytes: 0 }, 'maxFileBytes'],
  ])('are refused: %j', (options, named) => {
    expect(() => fileSource(options)).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(named) }),
    )
  })
})
