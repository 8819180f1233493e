// Proxies on loopback, as the command is told of them.
import { startStandInProxy, type StandInProxyOptions } from '@ytscriptify/source-youtube/testing'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { readSettings } from '../src/settings/read-settings.ts'
import { linesOf, openWorkplace, type Workplace } from './support/workplace.ts'

let place: Workplace

beforeEach(async () => {
  place = await openWorkplace()
})

afterEach(() => place.close())

async function startProxy(options: StandInProxyOptions = {}) {
  const proxy = await startStandInProxy(options)
  onTestFinished(() => proxy.close())
  const { host } = new URL(proxy.url)
  return { ...proxy, host, with: (credentials: string) => `http://${credentials}@${host}` }
}

const DEAD = 'http://127.0.0.1:9'

const targetOf = ({ youtube }: Workplace): string => new URL(youtube.url).host

describe('YOUTUBE_PROXIES', () => {
  it('are what every request goes through, with their user and password', async () => {
    const proxy = await startProxy({ credentials: 'me:p@ss' })
    const env = { YOUTUBE_PROXIES: proxy.with('me:p%40ss') }

    const { code } = await place.run(['transcribe', 'gettysburg1'], { env })
    const listed = await place.run(['tracks', 'gettysburg1'], { env })

    expect([code, listed.code]).toEqual([0, 0])
    expect(new Set(proxy.tunnels.map(({ target }) => target))).toEqual(new Set([targetOf(place)]))
    expect(place.youtube.requests).toHaveLength(3)
  })

  it('that rotate have a fresh connection for each video, which both of its requests use', async () => {
    const proxy = await startProxy()
    const env = { YOUTUBE_PROXIES: proxy.url, YOUTUBE_PROXIES_ROTATE: 'true' }

    const { code } = await place.run(['transcribe', 'gettysburg1', 'aintiawoman', 'fdr1933fear'], { env })

    expect(code).toBe(0)
    expect(proxy.tunnels).toHaveLength(3)
    expect(place.youtube.requests).toHaveLength(6)
  })

  it('that are dead are gone round where another works', async () => {
    const proxy = await startProxy()
    const env = { YOUTUBE_PROXIES: `${DEAD}, ${proxy.url}` }

    const { code } = await place.run(['transcribe', 'gettysburg1', 'fdr1933fear'], { env })

    expect(code).toBe(0)
    expect(proxy.tunnels.length).toBeGreaterThan(0)
  })

  it.each([
    ['is dead', undefined, '(ECONNREFUSED)'],
    ['answers 407', 'me:another', '(HTTP 407 from the proxy)'],
  ] as const)(
    'say by host and code when the only one %s, and nothing that is secret',
    async (_what, credentials, why) => {
      const proxy = await startProxy(credentials === undefined ? {} : { credentials })
      const host = credentials === undefined ? new URL(DEAD).host : proxy.host
      const env = { YOUTUBE_PROXIES: `http://me:hunter2@${host}`, LOG_LEVEL: 'debug' }

      const { code, stdout, stderr } = await place.run(
        ['transcribe', 'gettysburg1', '--json', '--max-wait', '0', '--verbose'],
        { env },
      )

      const [line] = linesOf(stdout)
      expect(line?.error).toMatchObject({
        code: 'source_unreachable',
        message: expect.stringContaining(`through the proxy ${host} ${why}`),
      })
      expect(stdout + stderr).not.toContain('hunter2')
      expect(stdout + stderr).not.toContain(Buffer.from('me:hunter2').toString('base64'))
      expect(code).toBe(5)
      expect(place.youtube.requests).toEqual([])
    },
  )

  it('are not shown, neither right nor wrong', async () => {
    const right = await place.run(['config', 'check'], { env: { YOUTUBE_PROXIES: 'http://me:hunter2@proxy.example' } })
    const wrong = await place.run(['config', 'check'], {
      env: { YOUTUBE_PROXIES: 'http://proxy.example,me:hunter2@proxy.example' },
    })

    expect(right.stdout).toMatch(/^YOUTUBE_PROXIES +\*\*\* +environment /m)
    expect(right.code).toBe(0)
    expect(wrong.stderr).toContain(
      'YOUTUBE_PROXIES (environment) is not a list of http or https URLs: number 2 is none; write it like',
    )
    expect(wrong.code).toBe(2)
    for (const { stdout, stderr } of [right, wrong]) expect(stdout + stderr).not.toContain('hunter2')
  })

  it('may stand in a file', async () => {
    const proxy = await startProxy()
    await place.write('proxies.txt', `${proxy.url}\n`)

    const { code } = await place.run(['transcribe', 'gettysburg1'], { env: { YOUTUBE_PROXIES_FILE: 'proxies.txt' } })

    expect(code).toBe(0)
    expect(proxy.tunnels).not.toEqual([])
  })
})

describe('HTTPS_PROXY', () => {
  it('is what stands in the place of YouTube is asked through', async () => {
    const proxy = await startProxy({ status: 403 })
    const env = { HTTPS_PROXY: proxy.url, YOUTUBE_BASE_URL: 'https://mirror.test' }

    const { stdout } = await place.run(['transcribe', 'gettysburg1', '--json', '--max-wait', '0'], { env })

    expect(linesOf(stdout)[0]?.error?.message).toContain('(HTTP 403 from the proxy)')
    expect(new Set(proxy.tunnels.map(({ target }) => target))).toEqual(new Set(['mirror.test:443']))
  })

  it('is not asked for what stands in its place on this machine', async () => {
    const { code } = await place.run(['transcribe', 'gettysburg1'], { env: { HTTPS_PROXY: DEAD } })

    expect(code).toBe(0)
    expect(place.youtube.requests).toHaveLength(2)
  })

  it('asks YouTube itself by its name and port', async () => {
    const proxy = await startProxy({ status: 403 })
    const env = { HTTPS_PROXY: '', https_proxy: proxy.url, YOUTUBE_BASE_URL: '' }

    const { stdout } = await place.run(['transcribe', 'gettysburg1', '--json', '--max-wait', '0'], { env })

    expect(linesOf(stdout)[0]?.error?.message).toContain('(HTTP 403 from the proxy)')
    expect(new Set(proxy.tunnels.map(({ target }) => target))).toEqual(new Set(['www.youtube.com:443']))
  })

  it('is left aside where NO_PROXY says so', () => {
    const proxiesOf = (env: Record<string, string>) => {
      const { youtubeProxies, sources } = readSettings({ env, cwd: place.folder })
      return [youtubeProxies, sources.ytDlpProxy]
    }
    const machine = { HTTPS_PROXY: DEAD, YOUTUBE_BASE_URL: 'https://mirror.test' }

    expect(proxiesOf(machine)).toEqual([[{ url: DEAD }], DEAD])
    expect(proxiesOf({ ...machine, NO_PROXY: 'mirror.test' })).toEqual([[], DEAD])
    expect(proxiesOf({ ...machine, NO_PROXY: 'youtube.com' })).toEqual([[{ url: DEAD }], undefined])
  })

  it('is left aside where YOUTUBE_PROXIES has another', async () => {
    const machine = await startProxy()
    const ours = await startProxy({ status: 403 })
    const env = { HTTPS_PROXY: machine.url, YOUTUBE_PROXIES: ours.url, YOUTUBE_BASE_URL: '' }

    await place.run(['transcribe', 'gettysburg1', '--max-wait', '0'], { env })

    expect(machine.tunnels).toEqual([])
    expect(ours.tunnels).not.toEqual([])
  })
})
