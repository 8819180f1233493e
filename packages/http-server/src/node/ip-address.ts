// IP addresses in one spelling each, so that they can be compared.
import { isIP, isIPv4 } from 'node:net'

/**
 * The usual spelling of an address: lower case and shortest for IPv6, without a zone, and an IPv4 address that is
 * written as IPv6 (`::ffff:192.0.2.1`, as sockets of both kinds report it) as what it is.
 *
 * @returns `undefined` for what is no address.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const [address = ''] = text.split('%')
  if (isIP(address) !== 6) return undefined
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = MAPPED.exec(shortest)
  return mapped ? ipv4Of(mapped.slice(1)) : shortest
}

/** The URL parser writes the last 32 bits as two groups, without leading zeros. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

const ipv4Of = (groups: readonly string[]): string =>
  groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]).join('.')
