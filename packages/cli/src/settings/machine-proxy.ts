// The proxy that a machine has for everybody.
import { BlockList, isIP } from 'node:net'
import { parseProxyUrl } from '@ytscriptify/source-youtube/options'

/** It and the variable that names it, or why it is not used. */
export type MachineProxy = { readonly url: string; readonly name: string } | { readonly notice: string } | undefined

export interface MachineProxyOptions {
  /** Where requests go: host, and port where it is not the usual one. */
  readonly target: URL
  /** The real environment before `.env`. */
  readonly environments: readonly Readonly<Record<string, string | undefined>>[]
}

/**
 * What `HTTPS_PROXY` and `NO_PROXY` say, in capitals or not, as curl and Go read them: for `https:` alone, and never for this
 * machine itself; a proxy without a scheme is an http one; `NO_PROXY` has hosts, with all that is below them, and `*`.
 */
export function machineProxy({ target, environments }: MachineProxyOptions): MachineProxy {
  if (target.protocol !== 'https:' || isLoopback(hostOf(target))) return undefined
  const found = firstOf(['HTTPS_PROXY', 'https_proxy'], environments)
  if (!found) return undefined
  const exceptions = firstOf(['NO_PROXY', 'no_proxy'], environments)?.value ?? ''
  if (isExcepted(target, exceptions)) return undefined
  const url = found.value.includes('://') ? found.value : `http://${found.value}`
  // Not the value: it may have a password.
  return parseProxyUrl(url)
    ? { url, name: found.name }
    : { notice: `${found.name} is not used: it is no http or https URL.` }
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

function isLoopback(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host === 'localhost' || host.endsWith('.localhost')
  return LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4')
}

/** Separated by commas, spaces or lines. */
function isExcepted(target: URL, exceptions: string): boolean {
  const host = hostOf(target)
  const actualPort = target.port === '' ? '443' : target.port
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((exception) => exception !== '')
    .some((exception) => {
      if (exception === '*') return true
      const { name, port } = exceptionOf(exception)
      return (port === undefined || port === actualPort) && (host === name || host.endsWith(`.${name}`))
    })
}

/** `host`, `.host`, `*.host`, `host:port`, `::1`, `[::1]`, `[::1]:port` */
function exceptionOf(text: string): { readonly name: string; readonly port: string | undefined } {
  if (isIP(text) === 6) return { name: plainAddress(text), port: undefined }
  const { address, name = '', port } = EXCEPTION.exec(text)?.groups ?? {}
  return { name: address === undefined ? name.replace(/^\*?\./, '') : plainAddress(address), port }
}

const EXCEPTION = /^(?:\[(?<address>[^\]]*)\]|(?<name>.*?))(?::(?<port>\d+))?$/

/** An address of IPv6 as URLs write it; other texts as they are. */
const plainAddress = (text: string): string => (isIP(text) === 6 ? hostOf(new URL(`http://[${text}]`)) : text)

const hostOf = ({ hostname }: URL): string =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

function firstOf(
  names: readonly string[],
  environments: MachineProxyOptions['environments'],
): { readonly name: string; readonly value: string } | undefined {
  for (const environment of environments)
    for (const name of names) {
      const value = environment[name]?.trim()
      if (value) return { name, value }
    }
  return undefined
}
