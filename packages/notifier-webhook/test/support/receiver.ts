// A receiver of callbacks on loopback, as people run them.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface ReceivedCallback {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly origin: string
  readonly port: number
  readonly received: readonly ReceivedCallback[]
  /** Connections that were opened to it so far. */
  readonly connections: () => number
  /** Those of them that are open now. */
  readonly open: () => number
  answer(listener: RequestListener): void
  /** Stops listening; `start` begins again at the same port. */
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedCallback[] = []
  let listener: RequestListener = (_request, response) => response.writeHead(204).end()
  let connections = 0
  let server: Server
  let port = 0
  const sockets = new Set<Socket>()

  async function start(): Promise<void> {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('error', () => {})
      request.on('end', () => {
        const { method, url: path, headers } = request
        received.push({ method, path, headers, body: Buffer.concat(chunks).toString() })
        listener(request, response)
      })
    })
    // Idle connections are closed by those who opened them, unless a test closes one.
    server.keepAliveTimeout = 0
    server.on('connection', (socket) => {
      connections += 1
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    })
    server.listen(port, '127.0.0.1', 2_000)
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }

  await start()
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    received,
    connections: () => connections,
    open: () => sockets.size,
    answer: (next) => void (listener = next),
    start,
    async stop() {
      if (!server.listening) return
      server.close()
      sockets.forEach((socket) => socket.destroy())
      await once(server, 'close')
    },
  }
}
