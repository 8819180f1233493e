import { describe, expect, it } from 'vitest'
import { loadLibrary } from '../../src/lister/load-library.ts'

const failing = (message: string, code: string) => () => Promise.reject(Object.assign(new Error(message), { code }))

describe('youtubei.js', () => {
  it('is loaded where it is installed', async () => {
    expect(await loadLibrary()).toHaveProperty('Innertube')
  })

  it('is asked for with the command that installs it where it is not there', async () => {
    const missing = failing("Cannot find package 'youtubei.js' imported from /app/dist/main.js", 'ERR_MODULE_NOT_FOUND')

    await expect(loadLibrary(missing)).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'Playlists and channels are read by youtubei.js, which is not installed.',
      hint: expect.stringContaining('npm install youtubei.js'),
    })
  })

  it('shows what is wrong where it is there and does not load', async () => {
    const broken = failing("Cannot find package 'meriyah' imported from youtubei.js/x.js", 'ERR_MODULE_NOT_FOUND')

    await expect(loadLibrary(broken)).rejects.toThrow("Cannot find package 'meriyah'")
  })
})
