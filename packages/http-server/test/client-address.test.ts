import { describe, expect, it } from 'vitest'
import { clientAddressOf, type ClientAddressOptions, type TrustProxy } from '../src/node/client-address.ts'

const from = (
  remoteAddress: string | undefined,
  headers: Readonly<Record<string, string>> = {},
  options: ClientAddressOptions = {},
) => clientAddressOf(options)({ socket: { remoteAddress }, headers })

const forwardedFor = (header: string, trustProxy: TrustProxy, peer: string | undefined = '127.0.0.1') =>
  from(peer, { 'x-forwarded-for': header }, { trustProxy })

const forwarded = (header: string, trustProxy: TrustProxy = 'loopback') =>
  from('127.0.0.1', { forwarded: header }, { trustProxy, proxyHeader: 'forwarded' })

describe('the address of a client', () => {
  it('is that of its connection, whatever it says, when no proxy is trusted', () => {
    expect(from('192.0.2.1', { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.1' })).toBe('192.0.2.1')
  })

  it('is written in one way only', () => {
    expect(from('::ffff:192.0.2.1')).toBe('192.0.2.1')
    expect(from('2001:DB8:0::1')).toBe('2001:db8::1')
    expect(from('fe80::1%eth0')).toBe('fe80::1')
  })

  it('is not known over a Unix socket', () => {
    expect(from(undefined)).toBeUndefined()
  })
})

describe('behind a trusted proxy, the address of a client', () => {
  it('is the last one that the proxy appended', () => {
    expect(forwardedFor('198.51.100.1', 'loopback')).toBe('198.51.100.1')
  })

  it('is not what the client itself wrote before it', () => {
    expect(forwardedFor('10.9.9.9, 198.51.100.1', 'loopback')).toBe('198.51.100.1')
    expect(forwardedFor('127.0.0.1, 198.51.100.1', 'loopback')).toBe('198.51.100.1')
    expect(forwardedFor('10.9.9.9, 198.51.100.1', 1)).toBe('198.51.100.1')
  })

  it('is found behind several of them', () => {
    expect(forwardedFor('1.1.1.1, 198.51.100.1, 10.0.0.2', 'loopback, 10.0.0.0/8')).toBe('198.51.100.1')
    expect(forwardedFor('1.1.1.1, 198.51.100.1, 10.0.0.2', ['loopback', '10.0.0.2'])).toBe('198.51.100.1')
    expect(forwardedFor('1.1.1.1, 198.51.100.1, 10.0.0.2', 2)).toBe('198.51.100.1')
    expect(forwardedFor('1.1.1.1, 198.51.100.1, 10.0.0.2', '2')).toBe('198.51.100.1')
  })

  it('is the outermost where all are trusted', () => {
    expect(forwardedFor('198.51.100.1, 10.0.0.2', true)).toBe('198.51.100.1')
    expect(forwardedFor('10.0.0.1, 10.0.0.2', 'loopback,uniquelocal')).toBe('10.0.0.1')
    expect(forwardedFor('198.51.100.1', 9)).toBe('198.51.100.1')
  })

  it('is that of the proxy when it names none', () => {
    expect(from('127.0.0.1', {}, { trustProxy: true })).toBe('127.0.0.1')
  })

  it('is not believed from somebody who is no proxy', () => {
    expect(forwardedFor('198.51.100.1', 'loopback', '192.0.2.66')).toBe('192.0.2.66')
    expect(forwardedFor('198.51.100.1', '10.0.0.0/8', '11.0.0.1')).toBe('11.0.0.1')
    expect(forwardedFor('198.51.100.1', 0, '192.0.2.66')).toBe('192.0.2.66')
  })

  it('is not known when the proxy does not know it', () => {
    expect(forwardedFor('unknown', 'loopback')).toBeUndefined()
    expect(forwardedFor('', 'loopback')).toBeUndefined()
    expect(forwardedFor('198.51.100.1, nonsense', true)).toBeUndefined()
  })

  it('is read with its port', () => {
    expect(forwardedFor('198.51.100.1:4711', 'loopback')).toBe('198.51.100.1')
    expect(forwardedFor('[2001:db8::1]:4711', 'loopback')).toBe('2001:db8::1')
    expect(forwardedFor('2001:db8::1', 'loopback')).toBe('2001:db8::1')
  })

  it('is believed over a Unix socket', () => {
    expect(from(undefined, { 'x-forwarded-for': '198.51.100.1' }, { trustProxy: 'loopback' })).toBe('198.51.100.1')
  })

  it.each(['loopback', '127.0.0.0/8', '127.0.0.1', 'LOOPBACK ', 'true', '1'])('is believed for "%s"', (trustProxy) => {
    expect(forwardedFor('198.51.100.1', trustProxy)).toBe('198.51.100.1')
    expect(forwardedFor('198.51.100.1', trustProxy, '::ffff:127.0.0.1')).toBe('198.51.100.1')
  })

  it('is believed from a network of IPv6', () => {
    expect(forwardedFor('198.51.100.1', 'uniquelocal', 'fd00::1')).toBe('198.51.100.1')
    expect(forwardedFor('198.51.100.1', '2001:db8::/32', '2001:db8:ffff::1')).toBe('198.51.100.1')
    expect(forwardedFor('198.51.100.1', '2001:db8::/32', '2001:db9::1')).toBe('2001:db9::1')
  })

  it.each([
    ['for=198.51.100.1', '198.51.100.1'],
    ['For="198.51.100.1:4711";proto=https;by=10.0.0.1', '198.51.100.1'],
    ['proto=https; for="[2001:db8::1]:4711"', '2001:db8::1'],
    ['for=10.9.9.9, for=198.51.100.1', '198.51.100.1'],
    ['for="a,b;c", for=198.51.100.1', '198.51.100.1'],
    ['for=_hidden', undefined],
    ['proto=https', undefined],
  ])('is found in "Forwarded: %s"', (header, address) => {
    expect(forwarded(header)).toBe(address)
  })

  it('is only found in the header that the proxies write', () => {
    const headers = { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=203.0.113.1' }

    expect(from('127.0.0.1', headers, { trustProxy: 'loopback' })).toBe('198.51.100.1')
    expect(from('127.0.0.1', headers, { trustProxy: 'loopback', proxyHeader: 'forwarded' })).toBe('203.0.113.1')
  })
})

describe('proxies to trust', () => {
  it.each(['everybody', '10.0.0.0/33', '10.0.0.0/x', '::/129', '10.0.0.0/8/8', '1.5', '-1', 'loopback,,'])(
    'cannot be named "%s"',
    (trustProxy) => {
      expect(() => clientAddressOf({ trustProxy })).toThrow(/names no proxies to trust. Write true, false/)
    },
  )

  it('cannot be a fraction of a hop', () => {
    expect(() => clientAddressOf({ trustProxy: 1.5 })).toThrow(RangeError)
  })
})
