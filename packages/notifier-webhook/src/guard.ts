// Which callbacks are made: the rules, once, for both doors. The first judges a URL when a job is submitted, the second
// every connection before it is opened (open-connection.ts).
import { isIP } from 'node:net'
import type { Clock } from '@ytscriptify/core'
import { refused, type CallbackUrl } from './callback-url.ts'
import { startDeadline } from './deadline.ts'
import { hostListOf } from './host-list.ts'
import { invalidOption } from './invalid-option.ts'
import { networkCodeOf, isTimeout } from './network-error.ts'
import { isPublicAddress } from './public-address.ts'
import type { Resolve } from './resolve-name.ts'

export interface GuardOptions {
  /**
   * Hosts that may be called although their addresses are private: a name, `name:port`, an address, `address:port` or a
   * range (`10.0.0.0/8`). They may be called by http and, unless the entry names one, on any port. A name that is listed
   * may lead to any address. @default none
   */
  readonly allowHosts?: readonly string[]
  /** Hosts that are never called, written alike; stronger than `allowHosts`. For public addresses of your own. @default none */
  readonly denyHosts?: readonly string[]
  /** Lets all hosts be called by http. What is sent can be read on its way. @default false: https only */
  readonly allowHttp?: boolean
  /** The ports that may be called. @default 80, 443, 8080, 8443 */
  readonly ports?: readonly number[]
}

export interface Guard {
  /**
   * Judges the addresses that a URL leads to, all of them.
   *
   * @throws {TranscriptionError} `callback_refused`
   */
  judge(callback: CallbackUrl, addresses: readonly string[]): void
  /** The first door: resolves and judges. A name that does not resolve passes, since the second door sees it again. */
  assertAllowed(callback: CallbackUrl, parts: CheckParts): Promise<void>
}

export interface CheckParts {
  readonly resolve: Resolve
  readonly clock: Clock
  readonly timeoutMs: number
}

export function createGuard(options: GuardOptions): Guard {
  const { allowHttp = false, ports = [80, 443, 8080, 8443] } = options
  const allowed = hostListOf(options.allowHosts ?? [], 'allowHosts')
  const denied = hostListOf(options.denyHosts ?? [], 'denyHosts')
  for (const [index, port] of ports.entries()) assertPort(port, index)

  function judge({ hostname, port, isSecure }: CallbackUrl, addresses: readonly string[]): void {
    if (denied.hasName(hostname, port) || addresses.some((address) => denied.hasAddress(address, port))) {
      throw refused(`Callbacks to "${hostname}" are not allowed here`)
    }
    const isListed = (address: string): boolean => allowed.hasAddress(address, port)
    if (allowed.hasName(hostname, port)) return
    if (isIP(hostname) === 0) assertConnectionsAreJudged(hostname)
    if (addresses.length > 0 && addresses.every(isListed)) return

    if (addresses.some((address) => !isListed(address) && !isPublicAddress(address))) throw privateAddress(hostname)
    if (isLocalName(hostname))
      throw refused(`"${hostname}" is a name for local use; only allowHosts can let it be called`)
    if (!isSecure && !allowHttp) {
      throw refused(
        `The callback URL must begin with https:, unless allowHosts names "${hostname}" or allowHttp is set`,
      )
    }
    if (!ports.includes(port)) {
      throw refused(`Port ${port} may not be called (only ${ports.join(', ')}), unless allowHosts or ports names it`)
    }
  }

  return {
    judge,
    async assertAllowed(callback, { resolve, clock, timeoutMs }) {
      const deadline = startDeadline(clock)
      const resolving = deadline.within({ timeoutMs, what: 'no address' }, () =>
        addressesOf(callback.hostname, resolve),
      )
      judge(callback, await resolving.catch(unresolved).finally(deadline.end))
    },
  }
}

/**
 * The addresses behind a host: its own when it is one, else all that its name resolves to.
 *
 * @throws an error with a `code` when there is none: no addresses would be none to refuse.
 */
export async function addressesOf(hostname: string, resolve: Resolve): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) return [hostname]
  const addresses = await resolve(hostname)
  if (addresses.length > 0) return addresses
  throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENODATA' })
}

/** At submission, a name without addresses is judged by what else is known of it. */
function unresolved(error: unknown): readonly string[] {
  if (networkCodeOf(error) === undefined && !isTimeout(error)) throw error
  return []
}

const LOCAL_NAME = /(^|\.)(localhost|local|internal)$/
const isLocalName = (hostname: string): boolean => LOCAL_NAME.test(hostname)

/** Where a name leads to is not said: the answer would be a map of the network inside. */
function privateAddress(hostname: string): Error {
  const where = isIP(hostname) === 0 ? `"${hostname}" leads to an address that is` : `${hostname} is an address that is`
  return refused(`${where} not public; only allowHosts can let it be called`)
}

/** Versions of Bun connect by themselves, past the connection that `http.request` is given. https://github.com/oven-sh/bun/issues/7471 */
function assertConnectionsAreJudged(hostname: string): void {
  if (!('Bun' in globalThis)) return
  throw refused(
    `On Bun, connections cannot be judged: of names only those in allowHosts are called, which "${hostname}" is not`,
  )
}

function assertPort(port: number, index: number): void {
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!isPort) throw invalidOption(['ports', index], `${port} is no port`)
}
