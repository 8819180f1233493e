// The connections that are made when nobody brings others: TCP and TLS, to the addresses that were judged.
import { once } from 'node:events'
import { createServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { webhookNotifier } from '../src/index.ts'
import { certificate } from './support/certificate.ts'
import { SECRET, never, notificationTo } from './support/stage.ts'
import { withReceiver } from './support/with-receiver.ts'

const NAME = 'receiver.example.com'

describe('a connection by TCP', () => {
  it('goes to the address that the name resolved to, without another question to the system', async () => {
    const { receiver } = await withReceiver()
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: [NAME], resolve: async () => ['127.0.0.1'] })

    const receipt = await notifier.deliver(notificationTo(`http://${NAME}:${receiver.port}/`), { signal: never() })

    expect(receipt.type).toBe('delivered')
    expect(receiver.received).toMatchObject([
      { headers: { host: `${NAME}:${receiver.port}`, connection: 'keep-alive' } },
    ])
  })

  it('tries the next address when nobody listens at the first', async () => {
    const { receiver } = await withReceiver()
    const resolve = async () => ['127.0.0.2', '127.0.0.1']
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: [NAME], resolve })

    const receipt = await notifier.deliver(notificationTo(`http://${NAME}:${receiver.port}/`), { signal: never() })

    expect(receipt.type).toBe('delivered')
  })

  it('asks the system for a name', async () => {
    const { receiver } = await withReceiver()
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['localhost'] })
    const url = `http://localhost:${receiver.port}/`

    await notifier.check(url)
    const receipts = await Promise.all([1, 2, 3].map(() => notifier.deliver(notificationTo(url), { signal: never() })))

    expect(receipts.map(({ type }) => type)).toEqual(['delivered', 'delivered', 'delivered'])
  })
})

describe('a connection by TLS', () => {
  it('fails with a certificate that nobody trusts', async () => {
    const { notifier, url, received } = await withTlsReceiver()

    const receipt = await notifier.deliver(notificationTo(url), { signal: never() })

    expect(receipt).toEqual({
      type: 'failed',
      reason: 'The certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT).',
    })
    expect(received).toEqual([])
  })

  it('asks for the name of the receiver, and carries the callback', async () => {
    const { notifier, url, received } = await withTlsReceiver()
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())

    const receipt = await notifier.deliver(notificationTo(url), { signal: never() })

    expect(receipt).toEqual({ type: 'delivered', status: 204 })
    expect(received).toEqual([{ servername: NAME, host: new URL(url).host }])
  })

  it('is given up when the receiver does not shake hands', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => {}))
    const port = await listen(silent)
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'], connectTimeoutMs: 50 })

    const receipt = await notifier.deliver(notificationTo(`https://127.0.0.1:${port}/`), { signal: never() })

    expect(receipt).toEqual({ type: 'failed', reason: 'The receiver gave no connection within 50 ms.' })
  })
})

async function withTlsReceiver() {
  const received: { servername: unknown; host: unknown }[] = []
  const server = createServer(certificate, (request, response) => {
    received.push({ servername: servernameOf(request.socket), host: request.headers.host })
    request.resume().once('end', () => response.writeHead(204).end())
  })
  server.on('tlsClientError', () => {})
  const port = await listen(server)
  const notifier = webhookNotifier({ secret: SECRET, allowHosts: [NAME], resolve: async () => ['127.0.0.1'] })
  return { notifier, url: `https://${NAME}:${port}/callback`, received }
}

const servernameOf = (socket: Socket): unknown => (socket instanceof TLSSocket ? socket.servername : undefined)

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
