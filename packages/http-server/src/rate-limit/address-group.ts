// Which addresses are one neighbour.
import { canonicalAddress } from '../node/ip-address.ts'

/**
 * What the wrong keys of an address are counted under: an IPv4 address alone, and of IPv6 the network of 64 bits that
 * providers give to one customer. Who is unknown shares one count with everybody who is.
 */
export function addressGroupOf(address: string | undefined): string {
  const canonical = address === undefined ? undefined : canonicalAddress(address)
  if (canonical === undefined) return 'unknown'
  return canonical.includes(':') ? `${ipv6Groups(canonical).slice(0, 4).join(':')}::/64` : canonical
}

/** All eight groups of a canonical address, of which `::` leaves out those that are 0. */
function ipv6Groups(address: string): readonly string[] {
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  if (tail === undefined) return first
  const last = tail === '' ? [] : tail.split(':')
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => '0'), ...last]
}
