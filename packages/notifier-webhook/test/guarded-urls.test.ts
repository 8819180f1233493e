// The two doors: what is refused when a job is submitted is refused again when the connection is opened, in every spelling.
import { isTranscriptionError } from '@ytscriptify/core'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { isPublicAddress } from '../src/public-address.ts'
import { privateHosts, urlLike } from './support/spellings.ts'
import { PUBLIC, setUpStage } from './support/stage.ts'

const LOOPBACK_IN_ALL_SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '017700000001',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '0177.0.0.01',
  '127.0.0.1.',
  '127.255.255.254',
  '%31%32%37.0.0.1',
  '１２７.０.０.１',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000::0001]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
]

const OTHER_ADDRESSES_THAT_ARE_NOT_PUBLIC = [
  ['this network', '0.0.0.0'],
  ['this network, in one digit', '0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['the metadata of Alibaba Cloud', '100.100.100.200'],
  ['link-local: the metadata of most clouds', '169.254.169.254'],
  ['the same in hexadecimal', '0xa9fea9fe'],
  ['the same in decimal', '2852039166'],
  ['the same in octal', '0251.0376.0251.0376'],
  ['the WireServer of Azure, which looks public', '168.63.129.16'],
  ['protocol assignments: the metadata of Oracle', '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['benchmarking', '198.18.0.1'],
  ['benchmarking', '198.19.255.255'],
  ['6to4 relays', '192.88.99.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '[::]'],
  ['IPv4-compatible', '[::127.0.0.1]'],
  ['IPv4-compatible', '[::169.254.169.254]'],
  ['IPv4-mapped', '[::ffff:169.254.169.254]'],
  ['IPv4-mapped, and public', '[::ffff:93.184.216.34]'],
  ['IPv4-translated', '[::ffff:0:127.0.0.1]'],
  ['NAT64', '[64:ff9b::7f00:1]'],
  ['NAT64', '[64:ff9b::169.254.169.254]'],
  ['NAT64 of local use', '[64:ff9b:1::10.0.0.1]'],
  ['6to4 of loopback', '[2002:7f00:1::]'],
  ['Teredo', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]'],
  ['ISATAP of a private address', '[2606:4700::5efe:10.0.0.1]'],
  ['ISATAP of a private address', '[2606:4700::200:5efe:10.0.0.1]'],
  ['unique local', '[fc00::1]'],
  ['unique local: the metadata of EC2', '[fd00:ec2::254]'],
  ['unique local: the metadata of Google Cloud', '[fd20:ce::254]'],
  ['link-local', '[fe80::1]'],
  ['site-local', '[fec0::1]'],
  ['multicast', '[ff02::1]'],
  ['discard-only', '[100::1]'],
  ['documentation', '[2001:db8::1]'],
  ['documentation', '[3fff::1]'],
  ['benchmarking', '[2001:2::1]'],
  ['ORCHID', '[2001:20::1]'],
  ['segment routing', '[5f00::1]'],
  ['assigned to nobody', '[4000::1]'],
] as const

const REFUSED_HOSTS = [
  ...LOOPBACK_IN_ALL_SPELLINGS.map((host) => ['loopback', host] as const),
  ...OTHER_ADDRESSES_THAT_ARE_NOT_PUBLIC,
]

describe('an address that is not public', () => {
  it.each(REFUSED_HOSTS)('(%s: %s) is refused when a job is submitted', async (_what, host) => {
    const { check } = setUpStage()

    await expect(check(`https://${host}/callback`)).rejects.toSatisfy((error) =>
      isTranscriptionError(error, 'callback_refused'),
    )
  })

  it.each(REFUSED_HOSTS)('(%s: %s) is not connected to', async (_what, host) => {
    const { deliverTo, targets } = setUpStage()

    const receipt = await deliverTo(`https://${host}/callback`)

    expect(receipt.type).toBe('refused')
    expect(targets).toEqual([])
  })

  it.each(REFUSED_HOSTS)('(%s: %s) is refused by both doors behind a name', async (_what, host) => {
    const address = plainAddressOf(host)
    const { check, deliverTo, targets } = setUpStage({ names: { 'example.com': [address] } })

    await expect(check('https://example.com/')).rejects.toThrow('leads to an address that is not public')
    const receipt = await deliverTo('https://example.com/')

    expect(receipt.type).toBe('refused')
    expect(targets).toEqual([])
  })

  it('is refused by both doors in whichever spelling', async () => {
    await fc.assert(
      fc.asyncProperty(privateHosts, async ({ spelling, address }) => {
        const { check, deliverTo, targets } = setUpStage({ names: { 'example.com': [PUBLIC, address] } })

        for (const url of [`https://${spelling}/`, 'https://example.com/']) {
          await expect(check(url), url).rejects.toThrow('not public')
          expect((await deliverTo(url)).type, url).toBe('refused')
        }
        expect(targets).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})

describe('an address of the public internet', () => {
  it.each(['93.184.216.34', '8.8.8.8', '1.1.1.1', '[2606:4700:4700::1111]', '[2a00:1450:4001:82b::200e]'])(
    '(%s) is called',
    async (host) => {
      const { check, deliverTo, targets } = setUpStage()

      await check(`https://${host}/callback`)
      await deliverTo(`https://${host}/callback`)

      expect(targets.map(({ addresses }) => addresses)).toEqual([[plainAddressOf(host)]])
    },
  )
})

describe('a name', () => {
  it('of which one address is not public is refused, whatever the others are', async () => {
    const { check, deliverTo, targets } = setUpStage({ names: { 'example.com': [PUBLIC, '10.0.0.1'] } })

    await expect(check('https://example.com/')).rejects.toThrow('not public')
    const receipt = await deliverTo('https://example.com/')

    expect(receipt.type).toBe('refused')
    expect(targets).toEqual([])
  })

  it('that leads elsewhere at the moment of the connection is refused then: rebinding', async () => {
    const answers = [[PUBLIC], ['127.0.0.1']]
    const { check, deliverTo, targets } = setUpStage({ names: { 'example.com': () => answers.shift() ?? [] } })
    await check('https://example.com/')

    const receipt = await deliverTo('https://example.com/')

    expect(receipt.type).toBe('refused')
    expect(targets).toEqual([])
  })

  it('is asked for once per connection, which goes to the addresses that were judged', async () => {
    const resolve = vi.fn(async () => [PUBLIC, '2606:4700:4700::1111'])
    const { deliverTo, targets } = setUpStage({ resolve })

    await deliverTo('https://example.com/')

    expect(resolve).toHaveBeenCalledTimes(1)
    expect(targets).toMatchObject([{ hostname: 'example.com', addresses: [PUBLIC, '2606:4700:4700::1111'] }])
  })

  it('that does not resolve yet passes when a job is submitted, and fails when it is called', async () => {
    const { check, deliverTo } = setUpStage()

    await check('https://not-yet.example.com/')
    const receipt = await deliverTo('https://not-yet.example.com/')

    expect(receipt).toEqual({
      type: 'failed',
      reason: 'The name of the receiver does not resolve; check the URL (ENOTFOUND).',
    })
  })

  it('without any address is never connected to', async () => {
    const { deliverTo, targets } = setUpStage({ names: { 'example.com': [] } })

    const receipt = await deliverTo('https://example.com/')

    expect(receipt.type).toBe('failed')
    expect(targets).toEqual([])
  })

  it.each(['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'printer.local', 'n8n.internal', 'ｌocalhost'])(
    'for local use (%s) is refused, also where it leads to a public address or does not resolve',
    async (host) => {
      const names = { [new URL(`http://${host}`).hostname.replace(/\.$/, '')]: [PUBLIC] }

      await expect(setUpStage().check(`https://${host}/`)).rejects.toThrow('local use')
      await expect(setUpStage({ names }).check(`https://${host}/`)).rejects.toThrow('local use')
      expect((await setUpStage({ names }).deliverTo(`https://${host}/`)).type).toBe('refused')
    },
  )

  it('that only begins like one for local use is called', async () => {
    const { check } = setUpStage({ names: { 'localhost.example.com': [PUBLIC], 'internal.example': [PUBLIC] } })

    await check('https://localhost.example.com/')
    await check('https://internal.example/')
  })
})

describe('a callback URL', () => {
  it.each([
    ['http://example.com/', 'must begin with https:'],
    ['ftp://example.com/', 'begins with ftp:'],
    ['javascript:alert(1)', 'begins with javascript:'],
    ['https://user@example.com/', 'user name or a password'],
    ['https://user:pass@example.com/', 'user name or a password'],
    ['https://example.com:22/', 'Port 22 may not be called'],
    ['https://example.com:6379/', 'Port 6379 may not be called'],
    ['https://', 'not a URL'],
    ['example.com/callback', 'not a URL'],
  ])('%s is refused by both doors, saying what is wrong', async (url, message) => {
    const { check, deliverTo, targets } = setUpStage({ names: { 'example.com': [PUBLIC] } })

    await expect(check(url)).rejects.toThrow(message)
    const receipt = await deliverTo(url)

    expect(receipt).toMatchObject({ type: 'refused', reason: expect.stringContaining(message) })
    expect(targets).toEqual([])
  })

  it('is refused with a hint at the settings that allow it', async () => {
    const refusal = setUpStage().check('https://10.0.0.1/')

    await expect(refusal).rejects.toMatchObject({
      message: '10.0.0.1 is an address that is not public; only allowHosts can let it be called.',
      hint: expect.stringMatching(/allowHosts.*WEBHOOK_ALLOWED_HOSTS/),
    })
  })

  it('is refused without a word about its path, its query or the addresses behind its name', async () => {
    const { check } = setUpStage({ names: { 'example.com': ['10.1.2.3'] } })

    const error = await check('https://example.com/secret-path?token=secret').catch((caught: unknown) => caught)

    expect(String(error)).toBe(
      'TranscriptionError: "example.com" leads to an address that is not public; only allowHosts can let it be called.',
    )
  })

  it('is called or refused, and nothing else, whatever it is', async () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      urlLike,
    )

    await fc.assert(
      fc.asyncProperty(anything, async (url) => {
        const { check, deliverTo, targets } = setUpStage({ names: { 'example.com': [PUBLIC] } })

        const refusal = await check(url).catch((error: unknown) => error)
        const { type } = await deliverTo(url)

        // Nothing is there to be delivered to: what passes the first door fails at the second, for want of a network.
        if (refusal === undefined) expect(type).toBe('failed')
        else expect([isTranscriptionError(refusal, 'callback_refused'), targets]).toEqual([true, []])
        for (const { addresses } of targets) expect(addresses.every(isPublicAddress)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is not called on Bun, which opens connections past the guard, unless its name is on the allow list', async () => {
    vi.stubGlobal('Bun', {})
    try {
      const names = { 'example.com': [PUBLIC], 'n8n.internal': ['10.0.0.1'] }
      const { check, deliverTo, targets } = setUpStage({ names, allowHosts: ['n8n.internal', '93.184.0.0/16'] })

      await expect(check('https://example.com/')).rejects.toThrow('On Bun')
      expect((await deliverTo('https://example.com/')).type).toBe('refused')
      expect(targets).toEqual([])
      await check('http://n8n.internal:5678/')
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

const plainAddressOf = (host: string): string => new URL(`http://${host}`).hostname.replace(/^\[(.*)\]$/, '$1')
