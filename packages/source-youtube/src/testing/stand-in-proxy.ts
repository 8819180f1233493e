// A proxy on loopback, as far as clients of https see one: it opens tunnels (CONNECT), and remembers them.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

export interface StandInProxyOptions {
  /** Refuses tunnels with it. @default 200: it opens them */
  readonly status?: number
  /** `user:password`: without it, it answers 407. @default everybody may pass */
  readonly credentials?: string
}

export interface StandInProxy {
  readonly url: string
  /** The target of each tunnel that was asked for, in their order, and what it was asked with. */
  readonly tunnels: readonly { readonly target: string; readonly authorization: string | undefined }[]
  close(): Promise<void>
}

export async function startStandInProxy(options: StandInProxyOptions = {}): Promise<StandInProxy> {
  const { status = 200, credentials } = options
  const tunnels: { target: string; authorization: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const expected = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`
  const server = createServer()
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Socket, head: Buffer) => {
    const authorization = headers['proxy-authorization']
    tunnels.push({ target: url, authorization })
    const answer = expected === undefined || authorization === expected ? status : 407
    if (answer !== 200) return void client.end(`HTTP/1.1 ${answer} Refused\r\n\r\n`)
    const { hostname, port } = new URL(`http://${url}`)
    const target = connect(Number(port || 80), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.write(head)
      target.pipe(client).pipe(target)
    })
    sockets.add(target)
    for (const socket of [client, target]) socket.on('error', () => [client, target].forEach((one) => one.destroy()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
