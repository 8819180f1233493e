// Folders with subtitle files of their own for each test.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface SubtitleFolder {
  readonly path: string
  remove(): Promise<void>
}

export async function createSubtitleFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<SubtitleFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'ytscriptify-files-')))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), content)
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export const ADDRESS_VTT = `WEBVTT

00:00.480 --> 00:04.000
Four score and seven years ago

00:04.000 --> 00:07.500
our fathers brought forth on this continent
`

export const ADDRESS_DE_SRT = `1
00:00:00,480 --> 00:00:04,000
Vor siebenundachtzig Jahren

2
00:00:04,000 --> 00:00:07,500
gründeten unsere Väter auf diesem Kontinent
`

export const ADDRESS_JSON3 = JSON.stringify({
  wireMagic: 'pb3',
  events: [
    { tStartMs: 0, dDurationMs: 7_500, id: 1, wpWinPosId: 1 },
    { tStartMs: 480, dDurationMs: 3_520, segs: [{ utf8: 'four score' }, { utf8: ' and seven', tOffsetMs: 900 }] },
    { tStartMs: 4_000, dDurationMs: 100, aAppend: 1, segs: [{ utf8: '\n' }] },
    { tStartMs: 4_000, dDurationMs: 3_500, segs: [{ utf8: 'our fathers' }] },
  ],
})
