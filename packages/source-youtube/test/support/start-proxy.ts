// A proxy on loopback, as far as clients of https see one: it opens tunnels (CONNECT), and remembers them.
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TestProxy {
  readonly url: string
  /** The target of each tunnel that was asked for, in their order, and what it was asked with. */
  readonly tunnels: readonly { readonly target: string; readonly authorization: string | undefined }[]
}

/** @param options.status - Refuses tunnels with it. @default 200 */
export async function startProxy({ status = 200 }: { readonly status?: number } = {}): Promise<TestProxy> {
  const tunnels: { target: string; authorization: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket, head: Buffer) => {
    tunnels.push({ target: url, authorization: headers['proxy-authorization'] })
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`)
    const { hostname, port } = new URL(`http://${url}`)
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.write(head)
      target.pipe(client).pipe(target)
    })
    sockets.add(target)
    for (const socket of [client, target]) socket.on('error', () => [client, target].forEach((one) => one.destroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels }
}
