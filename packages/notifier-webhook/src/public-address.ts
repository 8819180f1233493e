// The one judge of addresses. What it does not know to be public is not.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Whether an address is one of the public internet. It is judged as it is written: an IPv6 address that carries an IPv4
 * one (mapped, compatible, 6to4, Teredo, NAT64, ISATAP) never is, whatever it carries.
 */
export function isPublicAddress(address: string): boolean {
  // Stricter than ipaddr.js, which also takes `1` and `0177.1` for addresses.
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed instanceof ipaddr.IPv6 ? isGlobalIPv6(parsed) : !PLATFORM_SERVICES.has(parsed.toString())
}

/** Within the block that IANA assigns from, 2000::/3: all others are local, special or nobody's. https://www.iana.org/assignments/ipv6-address-space */
function isGlobalIPv6({ parts }: ipaddr.IPv6): boolean {
  const [first = 0, , , , fifth, sixth] = parts
  const isAssigned = first >>> 13 === 0b001
  // An ISATAP interface sends these to the IPv4 address in their last 32 bits. RFC 5214, section 6.1
  const isIsatap = (fifth === 0 || fifth === 0x0200) && sixth === 0x5efe
  return isAssigned && !isIsatap
}

// Azure's WireServer looks public and is answered by the host of the machine. https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
const PLATFORM_SERVICES = new Set(['168.63.129.16'])
