// The allow list: which private hosts an operator lets jobs call, and how.
import { isTranscriptionError, type TranscriptionError } from '@ytscriptify/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostListOf, type HostList } from '../src/host-list.ts'
import { webhookNotifier } from '../src/index.ts'
import { PUBLIC, SECRET, setUpStage } from './support/stage.ts'

const names = { 'n8n.internal': ['10.0.0.5'], 'example.com': [PUBLIC], 'both.example.com': [PUBLIC, '10.0.0.5'] }

const isCalled = async (allowHosts: readonly string[], url: string): Promise<boolean> => {
  const { check, deliverTo, targets } = setUpStage({ names, allowHosts })
  const isChecked = await check(url).then(
    () => true,
    () => false,
  )
  await deliverTo(url)
  expect(targets.length > 0, 'both doors agree').toBe(isChecked)
  return isChecked
}

describe('a host on the allow list', () => {
  it.each([
    ['n8n.internal', 'http://n8n.internal:5678/webhook'],
    ['n8n.internal', 'https://n8n.internal/'],
    ['N8N.Internal.', 'http://n8n.internal.:5678/'],
    ['n8n.internal:5678', 'http://n8n.internal:5678/'],
    ['127.0.0.1:5678', 'http://127.0.0.1:5678/'],
    ['127.0.0.1:5678', 'http://2130706433:5678/'],
    ['10.0.0.0/8', 'http://10.1.2.3:9000/'],
    ['10.0.0.0/8', 'http://n8n.internal:5678/'],
    ['10.0.0.0/8', 'https://both.example.com/'],
    ['::1', 'http://[::1]:5678/'],
    ['[::1]:5678', 'http://[::1]:5678/'],
    ['fd00::/8', 'http://[fd00::1]/'],
    ['example.com', 'http://example.com:9000/'],
  ])('(%s) lets %s be called', async (entry, url) => {
    expect(await isCalled([entry], url)).toBe(true)
  })

  it.each([
    ['n8n.internal', 'http://other.internal:5678/'],
    ['n8n.internal', 'http://10.0.0.5:5678/'],
    ['n8n.internal:5678', 'http://n8n.internal:5679/'],
    ['127.0.0.1:5678', 'http://127.0.0.1/'],
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]/'],
    ['10.0.0.0/8', 'http://11.0.0.1/'],
    ['10.0.0.0/8', 'http://both.example.com/'],
    ['10.0.0.0/8', 'https://both.example.com:9000/'],
    ['0.0.0.0/0', 'http://[::1]/'],
    ['internal', 'http://n8n.internal/'],
  ])('(%s) does not let %s be called', async (entry, url) => {
    expect(await isCalled([entry], url)).toBe(false)
  })

  it.each([
    '',
    ' ',
    'http://n8n.internal',
    'n8n.internal/path',
    '*.internal',
    'n8n.internal:0',
    'n8n.internal:65536',
    'n8n.internal:http',
    'user@n8n.internal',
    '5678',
    '127.1',
    '0x7f000001',
    '10.0.0.0/33',
    '10.0.0.0/8:80',
    '10/8',
    '[10.0.0.1]',
    '[::1',
    'a b',
  ])('that cannot be understood (%j) is refused when the notifier is made', (entry) => {
    const make = () => webhookNotifier({ secret: SECRET, allowHosts: ['ok.example', entry] })

    expect(make).toThrow(expect.toSatisfy((error) => isTranscriptionError(error, 'invalid_input')))
    expect(make).toThrow('allowHosts[1]')
  })
})

describe('an entry of the allow list', () => {
  it('is understood or refused, whatever it is, and never lets the whole world in', () => {
    const parts = fc.constantFrom('127', '10', '.', ':', '0', '/', '8', '[', ']', '::', 'n8n', '*', '@', ' ', 'é')
    const entries = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts, { maxLength: 8 }).map((all) => all.join('')),
    )

    fc.assert(
      fc.property(
        entries.filter((entry) => !entry.includes('/')),
        (entry) => {
          const listed = listOrRefusal(entry)

          if (isTranscriptionError(listed, 'invalid_input')) return
          const hosts = ['169.254.169.254', '192.168.1.1', 'fe80::1']
          expect(hosts.filter((host) => listed.hasAddress(host, 443) || listed.hasName(host, 443))).toEqual([])
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

function listOrRefusal(entry: string): HostList | TranscriptionError {
  try {
    return hostListOf([entry], 'allowHosts')
  } catch (error) {
    if (isTranscriptionError(error)) return error
    throw error
  }
}

describe('a host on the deny list', () => {
  it.each([
    ['example.com', 'https://example.com/'],
    ['93.184.0.0/16', 'https://example.com/'],
    ['93.184.216.34:443', 'https://93.184.216.34/'],
  ])('(%s) is never called, allowed or not (%s)', async (entry, url) => {
    const { check, deliverTo, targets } = setUpStage({ names, denyHosts: [entry], allowHosts: ['example.com'] })

    await expect(check(url)).rejects.toThrow('not allowed here')
    expect((await deliverTo(url)).type).toBe('refused')
    expect(targets).toEqual([])
  })
})

describe('the public internet', () => {
  it('may be called by http where allowHttp is set', async () => {
    const { check } = setUpStage({ names, allowHttp: true })

    await check('http://example.com/')
    await expect(check('http://n8n.internal/')).rejects.toThrow('not public')
  })

  it('may be called on the ports 80, 443, 8080 and 8443', async () => {
    const { check } = setUpStage({ names, allowHttp: true })

    for (const url of [
      'http://example.com',
      'https://example.com',
      'http://example.com:8080',
      'https://example.com:8443',
    ])
      await check(url)
  })

  it('may be called on other ports where the option says so', async () => {
    const { check } = setUpStage({ names, ports: [9443] })

    await check('https://example.com:9443/')
    await expect(check('https://example.com/')).rejects.toThrow('Port 443 may not be called (only 9443)')
  })

  it.each([
    [{ ports: [0] }, 'ports[0]'],
    [{ ports: [443, 65_536] }, 'ports[1]'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ connectTimeoutMs: NaN }, 'connectTimeoutMs'],
  ])('is not called by a notifier with options that make no sense: %j', (options, path) => {
    expect(() => setUpStage(options)).toThrow(path)
  })
})
