// HTTPS_PROXY and NO_PROXY, as other programs read them.
import { describe, expect, it } from 'vitest'
import { machineProxy } from '../src/settings/machine-proxy.ts'

const YOUTUBE = new URL('https://www.youtube.com')

const proxyOf = (env: Record<string, string>, target = YOUTUBE) => machineProxy({ target, environments: [env] })

describe('HTTPS_PROXY', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'HTTPS_PROXY', 'http://proxy.example:3128'],
    [{ https_proxy: 'https://me:p%40ss@proxy.example' }, 'https_proxy', 'https://me:p%40ss@proxy.example'],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, 'HTTPS_PROXY', 'http://proxy.example:3128'],
    [{ HTTPS_PROXY: '', https_proxy: 'http://proxy.example' }, 'https_proxy', 'http://proxy.example'],
  ])('of %j is used, and %s is its name', (env, name, url) => {
    expect(proxyOf(env)).toEqual({ url, name })
  })

  it('of the environment goes before that of .env', () => {
    const environments = [{ https_proxy: 'http://a.example' }, { HTTPS_PROXY: 'http://b.example' }]

    expect(machineProxy({ target: YOUTUBE, environments })).toEqual({
      url: 'http://a.example',
      name: 'https_proxy',
    })
  })

  it.each(['socks5://me:secret@proxy.example', 'http://', 'http://me:100%@proxy.example'])(
    'is not used where requests cannot go through it, and its text is not shown: %s',
    (url) => {
      expect(proxyOf({ HTTPS_PROXY: url })).toEqual({ notice: 'HTTPS_PROXY is not used: it is no http or https URL.' })
    },
  )

  it.each([
    'https://localhost',
    'https://localhost.',
    'https://me.localhost:8443',
    'https://127.0.0.1',
    'https://127.8.9.1',
  ])('is never asked for this machine itself: %s', (target) =>
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy.example' }, new URL(target))).toBeUndefined(),
  )

  it.each(['https://[::1]:8443', 'https://[::ffff:127.0.0.1]'])('nor for it by IPv6: %s', (target) =>
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy.example' }, new URL(target))).toBeUndefined(),
  )

  it.each(['https://localhost.example', 'https://128.0.0.1', 'https://[::2]', 'https://10.0.0.1'])(
    'is asked for every other: %s',
    (target) => {
      const url = 'http://proxy.example'
      expect(proxyOf({ HTTPS_PROXY: url }, new URL(target))).toEqual({ url, name: 'HTTPS_PROXY' })
    },
  )

  it('is for https alone', () => {
    expect(proxyOf({ HTTPS_PROXY: 'http://proxy.example' }, new URL('http://mirror.example'))).toBeUndefined()
  })

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
    ['10.0.0.1', 'https://10.0.0.1:8443'],
    ['10.0.0.1:8443', 'https://10.0.0.1:8443'],
    ['fd00::1', 'https://[fd00::1]:8443'],
    ['FD00:0:0:0:0:0:0:1', 'https://[fd00::1]'],
    ['[fd00::1]', 'https://[fd00::1]'],
    ['[fd00::1]:8443', 'https://[fd00::1]:8443'],
    ['mirror.example:443', 'https://mirror.example'],
  ])('excepts what stands in its place: %s and %s', (exceptions, target) =>
    expect(isExcepted(exceptions, new URL(target))).toBe(true),
  )

  it.each([
    ['fd00::1', 'https://[fd00::2]'],
    ['fd00::1', 'https://[fd00::1:1]'],
    ['[fd00::1]:80', 'https://[fd00::1]'],
    ['::1', 'https://[fd00::1]'],
  ])('does not take one address for another: %s and %s', (exceptions, target) =>
    expect(isExcepted(exceptions, new URL(target))).toBe(false),
  )

  it('is read in small letters, too', () => {
    expect(proxyOf({ https_proxy: 'http://proxy.example', no_proxy: '.youtube.com' })).toBeUndefined()
  })
})
