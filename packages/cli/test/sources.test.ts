// Sources in order, as the command is told of them: a stand-in for YouTube, one for yt-dlp, and files.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createStandInYtDlp, type StandInYtDlp } from '@ytscriptify/source-youtube/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace
let ytDlp: StandInYtDlp

beforeEach(async () => {
  place = await openWorkplace()
  ytDlp = await createStandInYtDlp()
})

afterEach(async () => {
  await place.close()
  await ytDlp.remove()
})

const asked = async (): Promise<{ youtube: number; ytDlp: number }> => ({
  youtube: place.youtube.requests.filter(({ path }) => path.endsWith('/player')).length,
  ytDlp: (await ytDlp.calls()).filter(({ args }) => args.includes('--dump-single-json')).length,
})

describe('SOURCES', () => {
  it('asks YouTube alone, unless it says otherwise', async () => {
    await place.run(['transcribe', 'gettysburg1'], { env: { YT_DLP_BINARY: ytDlp.binary } })

    expect((await asked()).ytDlp).toBe(0)
  })

  it('goes on to yt-dlp for the video that YouTube does not give us, and is the same to whoever reads it', async () => {
    place.youtube.behave({ how: 'disabled', videoId: 'loreley_de1' })
    const env = { SOURCES: 'youtube,yt-dlp', YT_DLP_BINARY: ytDlp.binary }

    const { stdout, code } = await place.run(['transcribe', 'gettysburg1', 'loreley_de1', '--json'], { env })

    expect(
      linesOf(stdout).map(({ status, language, provenance }) => [status, language, provenance?.['source']]),
    ).toEqual([
      ['completed', 'en', 'youtube'],
      ['completed', 'de', 'yt-dlp'],
    ])
    expect((await asked()).ytDlp).toBe(1)
    expect(code).toBe(0)
  })

  it('leaves stored jobs and texts where they are found again when the order changes', async () => {
    await place.run(['transcribe', 'gettysburg1'])
    const before = await asked()
    const env = { SOURCES: 'yt-dlp', YT_DLP_BINARY: ytDlp.binary }

    const { stdout, code } = await place.run(['transcribe', 'gettysburg1'], { env })

    expect(stdout).toMatch(/^Four score/)
    expect(code).toBe(0)
    expect(await asked()).toEqual(before)
  })

  it('reads files first where it says so: those that a folder has, and YouTube the others', async () => {
    await mkdir(join(place.folder, 'subtitles'))
    await place.write('subtitles/Any title [gettysburg1].en.srt', '1\n00:00:01,000 --> 00:00:02,000\nFrom a file.\n')
    const env = { SOURCES: 'file,youtube', SUBTITLE_FOLDER: 'subtitles' }

    const { stdout } = await place.run(['transcribe', 'https://youtu.be/gettysburg1', 'fdr1933fear', '--json'], { env })

    expect(linesOf(stdout)[0]).toMatchObject({ title: 'Any title', segments: [{ text: 'From a file.' }] })
    expect(linesOf(stdout)[1]).toMatchObject({ status: 'completed', title: 'The only thing we have to fear' })
  })

  it('says what each of them answered when none has the text', async () => {
    const env = { SOURCES: 'youtube,yt-dlp', YT_DLP_BINARY: ytDlp.binary }

    const { stderr, code } = await place.run(['transcribe', 'no_captions'], { env })

    expect(stderr).toContain('Asked in order: youtube transcripts_disabled, yt-dlp transcripts_disabled.')
    expect(code).toBe(4)
  })

  it('says how to install a yt-dlp that is not there, and which setting names it', async () => {
    const env = { SOURCES: 'yt-dlp', YT_DLP_BINARY: './tools/yt-dlp' }

    const { stderr, code } = await place.run(['transcribe', 'gettysburg1'], { env })

    expect(stderr).toContain(`"${join(place.folder, 'tools/yt-dlp')}" cannot be started (ENOENT).`)
    expect(stderr).toMatch(/Install yt-dlp .*YT_DLP_BINARY/)
    expect(code).toBe(4)
  })
})
