// A network between a process and a server, which can stand still: what is sent meanwhile arrives later, as it does when a
// cable is plugged in again.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Relay {
  /** The server's URL, by way of the relay. */
  readonly url: string
  /** Lets nothing through any more, in either direction. */
  hold(): void
  /** Lets everything through that was held, and what comes after it. */
  release(): void
  close(): Promise<void>
}

export async function startRelay(serverUrl: string): Promise<Relay> {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let isHeld = false

  const server = createServer((caller) => {
    const callee = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [caller, callee],
      [callee, caller],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => to.write(chunk))
      from.on('end', () => to.end())
      // Either end may cut; the other one goes with it.
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from))
      if (isHeld) from.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = new URL(serverUrl)
  url.port = String(typeof address === 'object' && address !== null ? address.port : 0)

  return {
    url: url.href,
    hold() {
      isHeld = true
      for (const socket of sockets) socket.pause()
    },
    release() {
      isHeld = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
