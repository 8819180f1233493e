// What the answer of a receiver comes to, and the lack of one.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { notificationTo, never, PUBLIC, SECRET, setUpStage } from './support/stage.ts'
import { webhookNotifier, type Connect } from '../src/index.ts'
import { deferred } from './support/deferred.ts'
import { withReceiver } from './support/with-receiver.ts'

describe('the answer of a receiver', () => {
  it.each([200, 201, 202, 204, 299])('%i means delivered', async (status) => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer((_request, response) => response.writeHead(status).end())

    expect(await deliver()).toEqual({ type: 'delivered', status })
  })

  it('410 means that it wants no more', async () => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer((_request, response) => response.writeHead(410).end())

    expect(await deliver()).toEqual({
      type: 'refused',
      reason: 'The receiver answered 410 Gone: it wants no more callbacks.',
      status: 410,
    })
  })

  it.each([
    [304, 'The receiver answered 304 Not Modified; redirects are not followed, give the final URL.'],
    [400, 'The receiver answered 400 Bad Request.'],
    [401, 'The receiver answered 401 Unauthorized.'],
    [404, 'The receiver answered 404 Not Found.'],
    [408, 'The receiver answered 408 Request Timeout.'],
    [409, 'The receiver answered 409 Conflict.'],
    [425, 'The receiver answered 425 Too Early.'],
    [429, 'The receiver answered 429 Too Many Requests.'],
    [500, 'The receiver answered 500 Internal Server Error.'],
    [503, 'The receiver answered 503 Service Unavailable.'],
    [599, 'The receiver answered 599.'],
  ])('%i is a failure that may be over later', async (status, reason) => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer((_request, response) => response.writeHead(status).end('<html>whatever</html>'))

    expect(await deliver()).toEqual({ type: 'failed', reason, status })
  })

  it.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Thu, 01 Jan 2026 00:10:00 GMT', 600_000],
    ['999999999999', 86_400_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
  ])('with Retry-After: %s asks for a pause of %i ms', async (header, retryAfterMs) => {
    const { receiver, deliver } = await withReceiver({ clock: manualClock() })
    receiver.answer((_request, response) => response.writeHead(429, { 'retry-after': header }).end())

    expect(await deliver()).toMatchObject({ type: 'failed', retryAfterMs })
  })

  it.each(['0', '-5', 'soon', '1.5', 'Thu, 01 Jan 2015 00:00:00 GMT', 'Thu, 99 Foo 2026 GMT', '0x10', ''])(
    'with Retry-After: %j asks for nothing',
    async (header) => {
      const { receiver, deliver } = await withReceiver({ clock: manualClock() })
      receiver.answer((_request, response) => response.writeHead(503, { 'retry-after': header }).end())

      expect(await deliver()).not.toHaveProperty('retryAfterMs')
    },
  )

  it('counts before its body has ended, of which no more than 16 kB are taken', async () => {
    const { receiver, deliver } = await withReceiver({ clock: manualClock() })
    const closed = deferred<undefined>()
    receiver.answer((_request, response) => {
      response.writeHead(200)
      response.once('close', () => closed.resolve(undefined))
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(4_096))) continue
      }
      response.on('drain', more)
      more()
    })

    expect(await deliver()).toEqual({ type: 'delivered', status: 200 })
    await closed.promise
  })

  it('counts although its body never ends, for which nobody waits longer than a second', async () => {
    const clock = manualClock()
    const sockets: Socket[] = []
    const connect: Connect = async ({ port }) => {
      const socket = connectTcp({ host: '127.0.0.1', port })
      sockets.push(socket)
      await once(socket, 'connect')
      return socket
    }
    const { receiver, deliver } = await withReceiver({ clock, connect })
    const answered = deferred<ServerResponse>()
    receiver.answer((_request, response) => {
      response.writeHead(200).write('never')
      answered.resolve(response)
    })
    const delivering = deliver()
    const closed = once(await answered.promise, 'close')

    await expect.poll(() => sockets[0]?.bytesRead).toBeGreaterThan(0)
    await clock.advance(1_000)

    expect(await delivering).toEqual({ type: 'delivered', status: 200 })
    await closed
  })

  // Nothing was heard of it until the time of the attempt was up.
  it('that goes on in another protocol is a failure at once', async () => {
    const closed = deferred<undefined>()
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('close', () => closed.resolve(undefined))
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
      )
    })
    const { port } = await listening(server)
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'], clock: manualClock() })

    const receipt = await notifier.deliver(notificationTo(`http://127.0.0.1:${port}`), { signal: never() })

    expect(receipt).toEqual({ type: 'failed', reason: 'The receiver answered 101 Switching Protocols.', status: 101 })
    await closed.promise
  })

  it('counts although it came before the body was read', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.end('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
    })
    const { port } = await listening(server)
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'] })
    const body = 'x'.repeat(16_000_000)

    const receipt = await notifier.deliver(notificationTo(`http://127.0.0.1:${port}`, { body }), { signal: never() })

    // Which of the two is seen first is the network's choice; both are an answer, and another attempt.
    expect(receipt.type).toBe('failed')
  })
})

describe('a receiver that gives no answer', () => {
  it('within 15 s has failed', async () => {
    const clock = manualClock()
    const { receiver, deliver } = await withReceiver({ clock })
    const arrived = deferred<undefined>()
    receiver.answer(() => arrived.resolve(undefined))
    const delivering = deliver()
    await arrived.promise

    await clock.advance(15_000)

    expect(await delivering).toEqual({ type: 'failed', reason: 'The receiver gave no answer within 15000 ms.' })
  })

  it('because nobody listens there has failed', async () => {
    const { receiver, deliver } = await withReceiver()
    await receiver.stop()

    expect(await deliver()).toEqual({
      type: 'failed',
      reason: 'Nobody listens where the receiver should be (ECONNREFUSED).',
    })
  })

  it('but closes the connection has failed', async () => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer((request) => request.socket.destroy())

    expect(await deliver()).toEqual({
      type: 'failed',
      reason: 'The receiver closed the connection without an answer (ECONNRESET).',
    })
  })

  it.each([
    ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`],
  ])('that is one (%s) has failed', async (_what, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.write(answer))
    })
    const { port } = await listening(server)
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'] })

    const receipt = await notifier.deliver(notificationTo(`http://127.0.0.1:${port}`), { signal: never() })

    expect(receipt).toMatchObject({
      type: 'failed',
      reason: expect.stringContaining('The answer is not valid HTTP (HPE_'),
    })
  })

  it('because it does not speak TLS has failed', async () => {
    const { receiver, notifier } = await withReceiver()

    const receipt = await notifier.deliver(notificationTo(`https://127.0.0.1:${receiver.port}`), { signal: never() })

    expect(receipt).toMatchObject({
      type: 'failed',
      reason: expect.stringContaining('does not speak TLS as it should'),
    })
  })

  it.each([
    ['EAI_AGAIN', 'The name of the receiver could not be resolved (EAI_AGAIN).'],
    ['EHOSTUNREACH', 'There is no way to the network of the receiver (EHOSTUNREACH).'],
    ['CERT_HAS_EXPIRED', 'The certificate is not accepted (CERT_HAS_EXPIRED).'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate is not accepted (ERR_TLS_CERT_ALTNAME_INVALID).'],
    ['EWHATEVER', 'The receiver could not be reached (EWHATEVER).'],
  ])('because of %s has failed, without a word about its URL', async (code, reason) => {
    const connect = () => Promise.reject(Object.assign(new Error('connect 10.1.2.3 /?token=secret'), { code }))
    const { deliverTo } = setUpStage({ names: { 'example.com': [PUBLIC] }, connect })

    expect(await deliverTo('https://example.com/?token=secret')).toEqual({ type: 'failed', reason })
  })

  it('because of a fault of ours is no failure of the receiver', async () => {
    const connect = () => Promise.reject(new TypeError('a fault'))
    const { deliverTo, notifier } = setUpStage({ names: { 'example.com': [PUBLIC] }, connect })

    await expect(deliverTo('https://example.com/')).rejects.toThrow('a fault')
    const { receiver } = await withReceiver()
    const listed = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'] })
    const broken = notificationTo(receiver.origin, { id: 'line\nbreak' })
    await expect(listed.deliver(broken, { signal: never() })).rejects.toThrow('Invalid character in header')
    await expect(notifier.check('https://example.com/')).resolves.toBeUndefined()
  })
})

async function listening(server: ReturnType<typeof createServer>): Promise<AddressInfo> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return server.address() as AddressInfo
}
