// Connections that wait for the next callback to the same receiver. They hold no process, and are few.
import type { Socket } from 'node:net'
import type { Clock } from '@ytscriptify/core'
import type { Connection } from './connection.ts'

export interface IdleConnections {
  /** @returns whether it is kept: not when there are enough of them, or when nobody could know where it leads. */
  keep(connection: Connection, idleMs: number): boolean
  /** One that was opened for this origin, and leads to one of these addresses, which have just been judged. */
  take(origin: string, addresses: readonly string[]): Connection | undefined
}

interface Idle {
  readonly connection: Connection
  readonly address: string
  /** In the clock's time: timers come late in a process that was busy or asleep. */
  readonly until: number
  readonly wake: () => void
}

// As many callbacks as go to one receiver at a time by default, and five times as many as go out in all.
const MOST_PER_RECEIVER = 10
const MOST_IN_ALL = 256

export function createIdleConnections(clock: Clock): IdleConnections {
  // The one that waits longest is the first. A search through all of them takes 2 µs.
  const waiting: Idle[] = []

  const forget = (connection: Connection): void => {
    const index = waiting.findIndex((idle) => idle.connection === connection)
    if (index >= 0) waiting.splice(index, 1)
  }

  return {
    keep(connection, idleMs) {
      const { origin, peer } = connection
      if (!peer) return false
      if (waiting.filter((idle) => idle.connection.origin === origin).length >= MOST_PER_RECEIVER) return false
      if (waiting.length >= MOST_IN_ALL) waiting.shift()?.connection.close()
      const wake = rest(peer.socket, { idleMs, onEnd: () => forget(connection) })
      waiting.push({ connection, address: peer.address, until: clock.monotonic() + idleMs, wake })
      return true
    },

    take(origin, addresses) {
      const now = clock.monotonic()
      const isUsable = ({ connection, address, until }: Idle): boolean =>
        connection.origin === origin && addresses.includes(address) && until > now
      const idle = waiting.findLast(isUsable)
      if (!idle) return undefined
      forget(idle.connection)
      idle.wake()
      return idle.connection
    },
  }
}

/**
 * Lets a socket wait. Whatever happens to it meanwhile is its end: the time is over, the receiver closes it, or says
 * something although nobody asked, so that it could be taken for the answer to what is asked next.
 *
 * @returns takes it back into use.
 */
function rest(socket: Socket, { idleMs, onEnd }: { idleMs: number; onEnd: () => void }): () => void {
  const end = (): void => {
    socket.destroy()
    onEnd()
  }
  socket.unref()
  socket.setTimeout(idleMs)
  for (const event of ENDS) socket.on(event, end)
  return () => {
    socket.setTimeout(0)
    for (const event of ENDS) socket.off(event, end)
  }
}

const ENDS = ['timeout', 'data', 'end', 'error', 'close'] as const
