// The proxy that a machine has for everybody.
import { parseProxyUrl } from '@ytscriptify/source-youtube/options'

/** It, or why it is not used. */
export type MachineProxy = { readonly url: string } | { readonly notice: string } | undefined

export interface MachineProxyOptions {
  /** Where requests go: host, and port where it is not the usual one. */
  readonly target: URL
  /** The real environment before `.env`. */
  readonly environments: readonly Readonly<Record<string, string | undefined>>[]
}

/**
 * What `HTTPS_PROXY` and `NO_PROXY` say, in capitals or not, as curl and others read them: a proxy without a scheme is an
 * http one; `NO_PROXY` has hosts, with all that is below them, and `*`.
 */
export function machineProxy({ target, environments }: MachineProxyOptions): MachineProxy {
  const found = firstOf(['HTTPS_PROXY', 'https_proxy'], environments)
  if (!found) return undefined
  const exceptions = firstOf(['NO_PROXY', 'no_proxy'], environments)?.value ?? ''
  if (isExcepted(target, exceptions)) return undefined
  const url = found.value.includes('://') ? found.value : `http://${found.value}`
  // Not the value: it may have a password.
  return parseProxyUrl(url) ? { url } : { notice: `${found.name} is not used: it is no http or https URL.` }
}

/** Separated by commas, spaces or lines. */
function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  const actualPort = port === '' ? USUAL_PORTS[protocol] : port
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((exception) => exception !== '')
    .some((exception) => {
      if (exception === '*') return true
      const [, name = '', only] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(exception) ?? []
      const bare = name.replace(/^\*?\./, '')
      return (only === undefined || only === actualPort) && (host === bare || host.endsWith(`.${bare}`))
    })
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' }

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
