// One connection to addresses that have been judged, whichever of them answers first.
import { connect as connectTcp, isIP, type LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'

export interface ConnectTarget {
  /** The host of the URL: what the certificate of the receiver must name. */
  readonly hostname: string
  readonly port: number
  /** Whether the connection is to speak TLS. */
  readonly isSecure: boolean
  /** Judged; the only ones that may be connected to. */
  readonly addresses: readonly string[]
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

/** Opens a connection that is ready for HTTP: with TLS, after the handshake. */
export type Connect = (target: ConnectTarget) => Promise<JudgedSocket>

/** A connection, with the address that the system says it leads to; without one where it goes through a tunnel. */
export type JudgedSocket = Duplex & { readonly remoteAddress?: string | undefined }

export const connectSocket: Connect = ({ hostname, port, isSecure, addresses, signal }) =>
  new Promise((resolve, reject) => {
    // Node.js tries the addresses in turn (RFC 8305), and asks nobody but this lookup for them.
    const where = { host: hostname, port, lookup: pinnedLookup(addresses), autoSelectFamily: true, noDelay: true }
    // An address is no server name (RFC 6066, section 3); the certificate is still checked against it.
    const servername = isIP(hostname) === 0 ? hostname : ''
    const socket = isSecure ? connectTls({ ...where, servername, ALPNProtocols: ['http/1.1'] }) : connectTcp(where)
    const giveUp = (): void => void socket.destroy()
    signal.addEventListener('abort', giveUp, { once: true })
    socket.on('error', reject)
    socket.once('close', () => reject(signal.reason))
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      signal.removeEventListener('abort', giveUp)
      resolve(socket)
    })
  })

function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }))
  return (hostname, { all }, callback) => {
    const [first] = answers
    if (!first) callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '')
    else if (all) callback(null, answers)
    else callback(null, first.address, first.family)
  }
}
