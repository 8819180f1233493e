// Where a request came from, when there are proxies in front: each hop is believed only as far as it is trusted.
import { BlockList } from 'node:net'
import { canonicalAddress } from './ip-address.ts'

/**
 * Which proxies in front are trusted to say where a request came from:
 *
 * - `false`: none; the address is that of the connection.
 * - `true`: all. Only where nobody can reach the server but through a proxy that overwrites the header.
 * - a number: so many hops, counted from here.
 * - addresses, networks (`10.0.0.0/8`), and `loopback`, `linklocal`, `uniquelocal`; as a list, or joined by commas. A
 *   connection over a Unix socket is `loopback`.
 *
 * As text, as it stands in environments, `'true'`, `'false'` and `'2'` mean the same as without quotes.
 */
export type TrustProxy = boolean | number | string | readonly string[]

export interface ClientAddressOptions {
  /** @default false */
  readonly trustProxy?: TrustProxy
  /**
   * The header that your proxies write. Only one is read, since a proxy passes on the other as the client wrote it.
   * @default 'x-forwarded-for'
   */
  readonly proxyHeader?: 'x-forwarded-for' | 'forwarded'
}

/** The parts of a request that its address is found in. */
export interface AddressFacts {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/**
 * Makes the function that finds a request's address: walking from the connection outwards, the first address that is not
 * trusted. It is `undefined` when a trusted hop does not know, or says nothing that is an address.
 *
 * @throws {RangeError} when the trust is not written as {@link TrustProxy} says.
 */
export function clientAddressOf({ trustProxy = false, proxyHeader = 'x-forwarded-for' }: ClientAddressOptions = {}): (
  request: AddressFacts,
) => string | undefined {
  const isTrusted = trustOf(trustProxy)
  const hopsOf = proxyHeader === 'forwarded' ? forwardedHops : forwardedForHops

  return (request) => {
    const { socket } = request
    const peer = socket.remoteAddress === undefined ? undefined : canonicalAddress(socket.remoteAddress)
    if (!isTrusted(peer ?? UNIX_SOCKET, 0)) return peer
    // Node makes its object of headers when it is first asked for.
    const header = request.headers[proxyHeader]
    const hops = header === undefined ? [] : hopsOf(String(header)).reverse()
    let address = peer
    for (const [index, hop] of hops.entries()) {
      address = addressOfHop(hop)
      if (address === undefined || !isTrusted(address, index + 1)) return address
    }
    return address
  }
}

/** Its other end is on this machine. */
const UNIX_SOCKET = '127.0.0.1'

type Trust = (address: string, hop: number) => boolean

function trustOf(trustProxy: TrustProxy): Trust {
  const trust = typeof trustProxy === 'string' ? trustOfText(trustProxy) : trustProxy
  if (typeof trust === 'boolean') return () => trust
  if (typeof trust === 'number') {
    if (!Number.isSafeInteger(trust) || trust < 0) throw badTrust(String(trust))
    return (_address, hop) => hop < trust
  }
  const list = new BlockList()
  for (const network of trust) addNetwork(list, network.trim())
  return (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}

function trustOfText(text: string): boolean | number | readonly string[] {
  const word = text.trim().toLowerCase()
  if (word === '' || word === 'false') return false
  if (word === 'true') return true
  return /^\d+$/.test(word) ? Number(word) : word.split(',')
}

/** The names that Express gives to networks. https://expressjs.com/en/guide/behind-proxies.html */
const NAMED_NETWORKS = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
])

function addNetwork(list: BlockList, network: string): void {
  const named = NAMED_NETWORKS.get(network.toLowerCase())
  if (named) {
    for (const part of named) addNetwork(list, part)
    return
  }
  const [text = '', prefixText, ...rest] = network.split('/')
  const address = canonicalAddress(text)
  if (address === undefined || rest.length > 0) throw badTrust(network)
  const family = address.includes(':') ? 'ipv6' : 'ipv4'
  const bits = family === 'ipv6' ? 128 : 32
  const prefix = prefixText === undefined ? bits : /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Infinity
  if (prefix > bits) throw badTrust(network)
  list.addSubnet(address, prefix, family)
}

const badTrust = (text: string): RangeError =>
  new RangeError(
    `"${text}" names no proxies to trust. Write true, false, a number of hops, or addresses and networks like ` +
      'loopback, 10.0.0.0/8.',
  )

/** `client, proxy1, proxy2`: each proxy appends whom it was asked by. */
const forwardedForHops = (header: string): string[] => header.split(',').map((hop) => hop.trim())

/** `for=192.0.2.1;proto=https, for="[2001:db8::1]:80"`: RFC 7239. */
const forwardedHops = (header: string): string[] =>
  (header.match(FORWARDED_ELEMENT) ?? []).map((element) => {
    const pairs = element.match(FORWARDED_PAIR) ?? []
    const pair = pairs.map((candidate) => candidate.trim()).find((candidate) => /^for=/i.test(candidate))
    return pair === undefined ? '' : unquoted(pair.slice('for='.length))
  })

/** What is between separators outside of quotes. */
const FORWARDED_ELEMENT = /(?:[^",]|"[^"]*")+/g
const FORWARDED_PAIR = /(?:[^";]|"[^"]*")+/g

const unquoted = (text: string): string => /^"(.*)"$/.exec(text)?.[1] ?? text

/** Some proxies append the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
function addressOfHop(hop: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?$/.exec(hop) ?? []
  return canonicalAddress(bracketed ?? plain ?? hop)
}
