// The second door: every connection is judged before it is used, by the very addresses that it leads to.
import type { CallbackUrl } from './callback-url.ts'
import type { Connect, JudgedSocket } from './connect-socket.ts'
import { Connection } from './connection.ts'
import { addressesOf, type Guard } from './guard.ts'
import type { IdleConnections } from './idle-connections.ts'
import type { Resolve } from './resolve-name.ts'

export interface ConnectorParts {
  readonly guard: Guard
  readonly resolve: Resolve
  readonly connect: Connect
  readonly idle: IdleConnections
}

export interface OpenOptions {
  /** Ends the attempt. Closes the connection when it aborts, also after it was opened. */
  readonly signal: AbortSignal
  /** Whether none will do that was used before. @default false */
  readonly anew?: boolean
}

/**
 * Gives a connection to a receiver, for one attempt.
 *
 * @throws {TranscriptionError} `callback_refused`
 */
export type OpenConnection = (callback: CallbackUrl, options: OpenOptions) => Promise<Connection>

/**
 * Each time it resolves once, judges every answer, and takes or opens a connection to nothing but those, so that a name
 * which leads elsewhere a moment later (rebinding), or led elsewhere a moment ago, changes nothing.
 */
export function createConnector({ guard, resolve, connect, idle }: ConnectorParts): OpenConnection {
  return async (callback, { signal, anew = false }) => {
    const { url, hostname, port, isSecure } = callback
    const addresses = await addressesOf(hostname, resolve)
    guard.judge(callback, addresses)
    signal.throwIfAborted()

    const kept = anew ? undefined : idle.take(url.origin, addresses)
    const connection = kept ?? (await open())
    connection.begin(signal)
    return connection

    async function open(): Promise<Connection> {
      const socket = await connect({ hostname, port, isSecure, addresses, signal })
      // What goes wrong with it is told by the request. An error that comes before or after that would end the process.
      socket.on('error', () => undefined)
      try {
        // It may have been opened too late, or not to where it should have been.
        signal.throwIfAborted()
        judgePeer(socket, callback, guard)
      } catch (error) {
        socket.destroy()
        throw error
      }
      return new Connection({ socket, url, keep: idle.keep })
    }
  }
}

/** What the system says it is connected to. A tunnel has no peer of its own to show. */
function judgePeer({ remoteAddress }: JudgedSocket, callback: CallbackUrl, guard: Guard): void {
  if (remoteAddress !== undefined) guard.judge(callback, [remoteAddress])
}
