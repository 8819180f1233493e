// HTTPS_PROXY and NO_PROXY, as other programs read them.
import { describe, expect, it } from 'vitest'
import { machineProxy } from '../src/settings/machine-proxy.ts'

const YOUTUBE = new URL('https://www.youtube.com')

const proxyOf = (env: Record<string, string>, target = YOUTUBE) => machineProxy({ target, environments: [env] })

describe('HTTPS_PROXY', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'http://proxy.example:3128'],
    [{ https_proxy: 'https://me:p%40ss@proxy.example' }, 'https://me:p%40ss@proxy.example'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'http://proxy.example:3128'],
    [{ HTTPS_PROXY: '', https_proxy: 'http://proxy.example' }, 'http://proxy.example'],
  ])('of %j is used', (env, url) => {
    expect(proxyOf(env)).toEqual({ url })
  })

  it('of the environment goes before that of .env', () => {
    const environments = [{ https_proxy: 'http://a.example' }, { HTTPS_PROXY: 'http://b.example' }]

    expect(machineProxy({ target: YOUTUBE, environments })).toEqual({ url: 'http://a.example' })
  })

  it.each(['socks5://me:secret@proxy.example', 'http://', 'http://me:100%@proxy.example'])(
    'is not used where requests cannot go through it, and its text is not shown: %s',
    (url) => {
      expect(proxyOf({ HTTPS_PROXY: url })).toEqual({ notice: 'HTTPS_PROXY is not used: it is no http or https URL.' })
    },
  )

  it('is nothing where nobody has set it', () => {
    expect(proxyOf({ HTTP_PROXY: 'http://proxy.example' })).toBeUndefined()
  })
})

describe('NO_PROXY', () => {
  const isExcepted = (exceptions: string, target = YOUTUBE): boolean =>
    proxyOf({ HTTPS_PROXY: 'http://proxy.example', NO_PROXY: exceptions }, target) === undefined

  it.each([
    '*',
    'www.youtube.com',
    'youtube.com',
    '.youtube.com',
    '*.youtube.com',
    'a.example, YouTube.com',
    'youtube.com:443',
  ])('excepts YouTube: %s', (exceptions) => expect(isExcepted(exceptions)).toBe(true))

  it.each(['', 'tube.com', 'youtube.com.evil.example', 'youtube.com:80', 'm.youtube.com', ','])(
    'does not except it: %j',
    (exceptions) => expect(isExcepted(exceptions)).toBe(false),
  )

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['localhost', 'http://localhost:8080'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['mirror.example:80', 'http://mirror.example'],
  ])('excepts what stands in its place: %s and %s', (exceptions, target) =>
    expect(isExcepted(exceptions, new URL(target))).toBe(true),
  )

  it('is read in small letters, too', () => {
    expect(proxyOf({ https_proxy: 'http://proxy.example', no_proxy: '.youtube.com' })).toBeUndefined()
  })
})
