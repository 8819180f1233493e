// The second door: every connection is judged before it is opened, by the very addresses that it is opened to.
import type { Duplex } from 'node:stream'
import type { Clock } from '@ytscriptify/core'
import type { CallbackUrl } from './callback-url.ts'
import type { Connect, JudgedSocket } from './connect-socket.ts'
import { withDeadline } from './deadline.ts'
import { addressesOf, type Guard } from './guard.ts'
import type { Resolve } from './resolve-name.ts'

export interface ConnectionParts {
  readonly guard: Guard
  readonly resolve: Resolve
  readonly connect: Connect
  readonly clock: Clock
  readonly timeoutMs: number
  /** Closes the connection when it aborts, also after it was opened. */
  readonly signal: AbortSignal
}

/**
 * Resolves once, judges every answer and connects to nothing but those, so that a name which leads elsewhere a moment
 * later (rebinding) changes nothing.
 *
 * @throws {TranscriptionError} `callback_refused`
 */
export async function openConnection(callback: CallbackUrl, parts: ConnectionParts): Promise<Duplex> {
  const { guard, resolve, connect, clock, timeoutMs, signal } = parts

  async function open(inner: AbortSignal): Promise<Duplex> {
    const { hostname, port, isSecure } = callback
    const addresses = await addressesOf(hostname, resolve)
    guard.judge(callback, addresses)
    inner.throwIfAborted()
    const socket = await connect({ hostname, port, isSecure, addresses, signal: inner })
    // What goes wrong with it is told by the request. An error that comes before or after that would end the process.
    socket.on('error', () => undefined)
    try {
      // It may have been opened too late, or not to where it should have been.
      inner.throwIfAborted()
      judgePeer(socket, callback, guard)
    } catch (error) {
      socket.destroy()
      throw error
    }
    signal.addEventListener('abort', () => socket.destroy(), { once: true })
    return socket
  }

  return withDeadline(open, { timeoutMs, signal, clock, what: 'no connection' })
}

/** What the system says it is connected to. A tunnel has no peer of its own to show. */
function judgePeer({ remoteAddress }: JudgedSocket, callback: CallbackUrl, guard: Guard): void {
  if (remoteAddress !== undefined) guard.judge(callback, [remoteAddress])
}
