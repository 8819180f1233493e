// Hosts as an operator writes them: `n8n.internal`, `127.0.0.1:5678`, `10.0.0.0/8`, `[fd00::1]:8080`.
import { isIPv4, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { plainHostname } from './callback-url.ts'
import { invalidOption } from './invalid-option.ts'

export interface HostList {
  hasName(name: string, port: number): boolean
  hasAddress(address: string, port: number): boolean
}

type Entry =
  | { readonly type: 'name'; readonly name: string; readonly port: number | undefined }
  | { readonly type: 'range'; readonly range: Range; readonly port: number | undefined }

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * @param option - What the list is called, for messages.
 * @throws {TranscriptionError} `invalid_input` for an entry that cannot be understood.
 */
export function hostListOf(entries: readonly string[], option: string): HostList {
  const parsed = entries.map((text, index) => {
    const entry = entryOf(text.trim())
    if (entry) return entry
    const examples = '"n8n.internal", "127.0.0.1:5678" or "10.0.0.0/8"'
    throw invalidOption([option, index], `"${text}" is no host, host:port or address range such as ${examples}`)
  })
  const covers = (entry: Entry, port: number): boolean => entry.port === undefined || entry.port === port

  return {
    hasName: (name, port) =>
      parsed.some((entry) => entry.type === 'name' && entry.name === name && covers(entry, port)),
    hasAddress(address, port) {
      if (!ipaddr.isValid(address)) return false
      const candidate = ipaddr.parse(address)
      return parsed.some((entry) => entry.type === 'range' && isWithin(candidate, entry.range) && covers(entry, port))
    },
  }
}

/** An IPv4 address in the clothes of IPv6 is not within a range of IPv4: it must be listed as it is. */
function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Range): boolean {
  if (address instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && address.match(base, bits)
  return base instanceof ipaddr.IPv6 && address.match(base, bits)
}

function entryOf(text: string): Entry | undefined {
  if (text.includes('/')) return rangeEntryOf(text)
  if (isIPv6(text)) return addressEntry(text, undefined)
  const [, host = '', digits] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  if (isIPv4(host)) return addressEntry(host, port)
  if (host.startsWith('[')) return isIPv6(host.slice(1, -1)) ? addressEntry(host.slice(1, -1), port) : undefined
  return nameEntryOf(host, port)
}

function rangeEntryOf(text: string): Entry | undefined {
  const [base = ''] = text.split('/')
  const isRange = (isIPv4(base) || isIPv6(base)) && ipaddr.isValidCIDR(text)
  return isRange ? { type: 'range', range: ipaddr.parseCIDR(text), port: undefined } : undefined
}

function addressEntry(address: string, port: number | undefined): Entry | undefined {
  if (!ipaddr.isValid(address)) return undefined
  const parsed = ipaddr.parse(address)
  return { type: 'range', range: [parsed, parsed instanceof ipaddr.IPv6 ? 128 : 32], port }
}

/** A name in the form that URLs get. What the URL standard takes for an address (`5678`, `0x7f.1`) is a slip here. */
function nameEntryOf(host: string, port: number | undefined): Entry | undefined {
  const url = `https://${host}/`
  if (/[\s@?#\\]/.test(host) || !URL.canParse(url)) return undefined
  const name = plainHostname(new URL(url).hostname)
  return /^[a-z\d_.-]+$/.test(name) && !isIPv4(name) ? { type: 'name', name, port } : undefined
}
