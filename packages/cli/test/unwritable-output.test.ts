// Results that cannot be written are the user's to mend: exit code 2, and a way to go on.
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDataOutput } from '../src/output/data-output.ts'
import { runInProcess } from './support/in-process.ts'
import { openWorkplace, type Workplace } from './support/workplace.ts'

describe('output that cannot be written', () => {
  let place: Workplace
  beforeEach(async () => {
    place = await openWorkplace()
  })
  afterEach(() => place.close())

  it('is named with what to do, leaves no half file, and ends with 2', async () => {
    await mkdir(join(place.folder, 'out/gettysburg1.en.txt'), { recursive: true })

    const { code, stderr } = await runInProcess(['transcribe', 'gettysburg1', '--output', 'out'], {
      cwd: place.folder,
      env: { YOUTUBE_BASE_URL: place.youtube.url },
    })

    expect(stderr).toMatch(/To continue:\n {2}ytscriptify transcribe --resume \S+ --output out\n/)
    expect(stderr).toContain('error: The file "out/gettysburg1.en.txt" cannot be written: ')
    expect(stderr).toContain('hint: Make room or give another folder, then continue with the command above.\n')
    expect(await readdir(join(place.folder, 'out'))).toEqual(['gettysburg1.en.txt'])
    expect(code).toBe(2)
  })

  it('may be standard output on a full disk', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(full) })
    const output = createDataOutput(stream, { beforeWrite: () => undefined })

    const written = output.write('text')

    await expect(written).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'Standard output cannot be written: ENOSPC: no space left on device, write.',
    })
  })
})

describe('an id that looks like an option', () => {
  it('is an id after --', async () => {
    const place = await openWorkplace()
    place.youtube.setVideo({ id: '--overwrite', title: 'Dashed', channel: 'c', tracks: [] })

    const { stdout } = await runInProcess(['transcribe', '--json', '--', '--overwrite'], {
      cwd: place.folder,
      env: { YOUTUBE_BASE_URL: place.youtube.url },
    })
    await place.close()

    expect(JSON.parse(stdout)).toMatchObject({ video_id: '--overwrite' })
  })
})
