// The connections of a server, and which of them have an answer to come.
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface Connections {
  /**
   * Closes the connections without a request in hand: now, and from now on each that becomes one. Node's own
   * `closeIdleConnections` also cuts those whose last answer is written and not yet sent.
   */
  closeIdle(): void
}

/** Call it before the server has its first connection. */
export function connectionsOf(server: Server): Connections {
  // A client may send several requests ahead (RFC 9112, section 9.3.2), so their answers are counted.
  const pending = new Map<Socket, number>()
  let closing = false

  const change = (socket: Socket, by: 1 | -1): void => {
    const count = pending.get(socket)
    if (count !== undefined) pending.set(socket, count + by)
    if (closing && pending.get(socket) === 0) socket.destroySoon()
  }
  const track = ({ socket }: { readonly socket: Socket }, response: ServerResponse): void => {
    change(socket, 1)
    response.once('close', () => change(socket, -1))
  }

  server.on('connection', (socket) => {
    pending.set(socket, 0)
    socket.once('close', () => pending.delete(socket))
  })
  server.on('request', track)
  server.on('checkContinue', track)

  return {
    closeIdle() {
      closing = true
      for (const [socket, count] of pending) if (count === 0) socket.destroySoon()
    },
  }
}
