// The race that every client with open connections runs: the receiver closes one just when a callback is sent over it.
import { once } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import { connect as connectTcp, type AddressInfo, type Socket } from 'node:net'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { webhookNotifier, type Connect } from '../src/index.ts'
import { certificate } from './support/certificate.ts'
import { deferred } from './support/deferred.ts'
import { SECRET, never, notificationTo } from './support/stage.ts'
import { withReceiver } from './support/with-receiver.ts'

const ANSWER = 'HTTP/1.1 204 No Content\r\n\r\n'
const LARGE = 'x'.repeat(4_000_000)

describe('a callback over a connection that the receiver closes at that moment', () => {
  it.each<[string, string, (socket: Socket) => void]>([
    ['by a reset', '{}', (socket) => socket.resetAndDestroy()],
    ['without a word', '{}', (socket) => socket.destroy()],
    ['by a reset, while a large one is being written', LARGE, (socket) => socket.resetAndDestroy()],
    ['without a word, while a large one is being written', LARGE, (socket) => socket.destroy()],
  ])('(%s) is sent once more at once, as it is', async (_what, body, close) => {
    const { receiver, deliver } = await withReceiver({ clock: manualClock() })
    await useOnce(receiver, deliver, (socket) => socket.once('data', () => close(socket)))

    const receipt = await deliver(body)

    expect(receipt).toEqual({ type: 'delivered', status: 204 })
    expect(receiver.received.at(-1)?.body === body).toBe(true)
    expect(receiver.connections()).toBe(2)
  })

  it('that took it all the same gets it twice, under the same id and signature', async () => {
    const { receiver, deliver } = await withReceiver()
    await deliver('"before"')
    receiver.answer((request, response) => {
      receiver.answer((_request, next) => next.writeHead(204).end())
      response.destroy()
      request.socket.destroy()
    })

    const receipt = await deliver('"twice"')

    expect(receipt.type).toBe('delivered')
    const [, first, second] = receiver.received
    expect(receiver.received).toHaveLength(3)
    expect(second).toEqual(first)
  })

  it('is sent once more over a new connection, whatever others are open', async () => {
    const { receiver, deliver } = await withReceiver()
    const waiting: (() => void)[] = []
    receiver.answer((request, response) => {
      request.socket.once('data', () => request.socket.destroy())
      waiting.push(() => response.writeHead(204).end())
    })
    const first = [deliver(), deliver(), deliver()]
    await expect.poll(() => waiting.length).toBe(3)
    waiting.forEach((answer) => answer())
    await Promise.all(first)
    receiver.answer((_request, response) => response.writeHead(204).end())

    const receipt = await deliver()

    expect(receipt.type).toBe('delivered')
    expect(receiver.connections()).toBe(4)
  })

  it('is sent no third time', async () => {
    const { receiver, deliver } = await withReceiver()
    await deliver()
    receiver.answer((request) => request.socket.destroy())

    const receipt = await deliver()

    expect(receipt).toEqual({
      type: 'failed',
      reason: 'The receiver closed the connection without an answer (ECONNRESET).',
    })
    expect(receiver.received).toHaveLength(3)
    expect(receiver.connections()).toBe(2)
  })

  it('is not sent again when an answer had begun', async () => {
    const { receiver, deliver } = await withReceiver()
    await deliver()
    receiver.answer((request) => request.socket.end('HTTP/1.1 2'))

    const receipt = await deliver()

    expect(receipt.type).toBe('failed')
    expect(receiver.received).toHaveLength(2)
  })

  it('is not sent again when the connection was a new one', async () => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer((request) => request.socket.destroy())

    const receipt = await deliver()

    expect(receipt.type).toBe('failed')
    expect(receiver.received).toHaveLength(1)
  })

  it('is not sent again when it was called off, or when its time is over', async () => {
    const clock = manualClock()
    const { receiver, notifier, deliver } = await withReceiver({ clock })
    await deliver()
    const arrivals = [deferred<undefined>(), deferred<undefined>()]
    receiver.answer(() => arrivals[receiver.received.length - 2]?.resolve(undefined))
    const controller = new AbortController()
    const calledOff = notifier.deliver(notificationTo(receiver.origin), { signal: controller.signal })
    await arrivals[0]!.promise

    controller.abort(new Error('the process stops'))
    await expect(calledOff).rejects.toThrow('the process stops')
    const late = deliver()
    await arrivals[1]!.promise
    await clock.advance(15_000)

    expect(await late).toEqual({ type: 'failed', reason: 'The receiver gave no answer within 15000 ms.' })
    await expect.poll(receiver.open).toBe(0)
    expect(receiver.received).toHaveLength(3)
  })

  it('has no more time for it than any other', async () => {
    const clock = manualClock()
    const { receiver, deliver } = await withReceiver({ clock })
    await deliver()
    const arrivals = [deferred<Socket>(), deferred<Socket>()]
    receiver.answer((request) => arrivals[receiver.received.length - 2]?.resolve(request.socket))
    const delivering = deliver()
    const stale = await arrivals[0]!.promise
    await clock.advance(10_000)

    stale.destroy()
    await arrivals[1]!.promise
    await clock.advance(5_000)

    expect(await delivering).toEqual({ type: 'failed', reason: 'The receiver gave no answer within 15000 ms.' })
  })

  it('waits no longer for the new connection than for any other', async () => {
    const clock = manualClock()
    const { receiver } = await withReceiver()
    const asked = deferred<undefined>()
    const connect: Connect = async ({ port }) => {
      if (receiver.connections() > 0) {
        asked.resolve(undefined)
        return new Promise(() => {})
      }
      const socket = connectTcp({ host: '127.0.0.1', port })
      await once(socket, 'connect')
      return socket
    }
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'], clock, connect })
    const deliver = () => notifier.deliver(notificationTo(receiver.origin), { signal: never() })
    await deliver()
    receiver.answer((request) => request.socket.destroy())
    const delivering = deliver()
    await asked.promise

    await clock.advance(5_000)

    expect(await delivering).toEqual({ type: 'failed', reason: 'The receiver gave no connection within 5000 ms.' })
  })

  it('is sent once more over TLS as well', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    let requests = 0
    let connections = 0
    const server = createTlsServer(certificate, (request, response) => {
      requests += 1
      request.resume().once('end', () => response.writeHead(204).end())
      if (requests === 2) request.socket.destroy()
    })
    server.on('secureConnection', () => (connections += 1))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'] })
    const notification = notificationTo(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`)

    const types = []
    for (let attempt = 0; attempt < 3; attempt++)
      types.push((await notifier.deliver(notification, { signal: never() })).type)

    expect(types).toEqual(['delivered', 'delivered', 'delivered'])
    expect([requests, connections]).toEqual([4, 2])
  })

  // A receiver that closes what is idle, and never what is in use, loses nothing and takes nothing twice.
  it('arrives once: 500 of them, at a receiver that closes each idle connection within a millisecond', async () => {
    const { receiver, deliver } = await withReceiver()
    const busy = new Set<Socket>()
    let turns = 0
    receiver.answer((request, response) => {
      const { socket } = request
      busy.add(socket)
      response.writeHead(204).end()
      response.once('finish', () => {
        busy.delete(socket)
        afterTurns(turns++ % 4, () => socket.destroy())
      })
    })

    const types = []
    for (let index = 0; index < 500; index++) types.push((await deliver(`${index}`)).type)

    expect(types.filter((type) => type !== 'delivered')).toEqual([])
    expect(receiver.received.map(({ body }) => Number(body))).toEqual(Array.from({ length: 500 }, (_, index) => index))
  })
})

/** One callback is taken, and then the receiver does with its connection what the test says. */
async function useOnce(
  receiver: Awaited<ReturnType<typeof withReceiver>>['receiver'],
  deliver: () => Promise<unknown>,
  then: (socket: Socket) => void,
): Promise<void> {
  receiver.answer((request) => {
    request.socket.write(ANSWER)
    then(request.socket)
  })
  await deliver()
  receiver.answer((_request, response) => response.writeHead(204).end())
}

function afterTurns(turns: number, run: () => void): void {
  if (turns === 0) run()
  else setImmediate(() => afterTurns(turns - 1, run))
}
