// Connections that carry one callback after the other: for whom, for how long, and after which answers.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { webhookNotifier, type Connect } from '../src/index.ts'
import { deferred } from './support/deferred.ts'
import { PUBLIC, SECRET, never, notificationTo, setUpStage } from './support/stage.ts'
import { withReceiver } from './support/with-receiver.ts'

const OTHER = '8.8.8.8'
const NINTH = '9.9.9.9'
const LARGE = 'x'.repeat(16_000_000)
const PROGRAM = fileURLToPath(new URL('./fixtures/deliver-once.mjs', import.meta.url))

describe('a connection that is open already', () => {
  it('carries the next callback to the same receiver', async () => {
    const { receiver, deliver } = await withReceiver()

    for (const body of ['"first"', '"second"', '"third"']) expect((await deliver(body)).type).toBe('delivered')

    expect(receiver.received.map(({ body }) => body)).toEqual(['"first"', '"second"', '"third"'])
    expect(receiver.connections()).toBe(1)
  })

  it('is not used when its name leads elsewhere by now: rebinding', async () => {
    const { receiver } = await withReceiver()
    const answers = [[PUBLIC], [OTHER], ['127.0.0.1']]
    const names = { 'example.com': () => answers.shift() ?? [] }
    const { deliverTo, targets } = setUpStage({ names, port: receiver.port, allowHttp: true })

    const types = []
    for (let attempt = 0; attempt < 3; attempt++) types.push((await deliverTo('http://example.com/')).type)

    expect(types).toEqual(['delivered', 'delivered', 'refused'])
    expect(targets.map(({ addresses }) => addresses)).toEqual([[PUBLIC], [OTHER]])
    expect(receiver.received).toHaveLength(2)
  })

  it('is used when its address is one of several that its name leads to by now', async () => {
    const { receiver } = await withReceiver()
    const answers = [[PUBLIC, OTHER], [NINTH, PUBLIC], [NINTH]]
    const names = { 'example.com': () => answers.shift() ?? [] }
    const { deliverTo, targets } = setUpStage({ names, port: receiver.port, allowHttp: true })

    for (let attempt = 0; attempt < 3; attempt++) await deliverTo('http://example.com/')

    expect(targets.map(({ addresses }) => addresses)).toEqual([[PUBLIC, OTHER], [NINTH]])
  })

  it('to an address that was not judged, which a proxy may have, is used once', async () => {
    const { receiver } = await withReceiver()
    const names = { 'example.com': [PUBLIC] }
    const { deliverTo } = setUpStage({ names, port: receiver.port, peer: OTHER, allowHttp: true })

    for (let attempt = 0; attempt < 2; attempt++) await deliverTo('http://example.com/')

    expect(receiver.connections()).toBe(2)
  })

  it.each([
    ['another host', 'http://a.example.com/', 'http://b.example.com/'],
    ['another port', 'http://a.example.com:8080/', 'http://a.example.com/'],
    ['another scheme', 'http://a.example.com:8443/', 'https://a.example.com:8443/'],
    ['its address', 'http://a.example.com/', `http://${PUBLIC}/`],
  ])('is not used for %s, though the address is the same', async (_what, first, second) => {
    const { receiver } = await withReceiver()
    const names = { 'a.example.com': [PUBLIC], 'b.example.com': [PUBLIC] }
    const { deliverTo, targets } = setUpStage({ names, port: receiver.port, allowHttp: true })

    const types = []
    for (const url of [first, second, first, second]) types.push((await deliverTo(url)).type)

    expect(types).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
    expect(targets).toHaveLength(2)
    expect(receiver.received.map(({ headers }) => headers.host)).toEqual(
      [first, second, first, second].map((url) => new URL(url).host),
    )
  })

  it('is not used by two at a time', async () => {
    const { receiver, deliver } = await withReceiver()
    await deliver()

    await Promise.all([deliver(), deliver(), deliver()])

    expect(receiver.received).toHaveLength(4)
    expect(receiver.connections()).toBe(3)
  })

  it('stays with its attempt: to call off another one leaves it alone', async () => {
    const { receiver, notifier, deliver } = await withReceiver()
    const controller = new AbortController()
    await notifier.deliver(notificationTo(receiver.origin), { signal: controller.signal })
    const arrived = deferred<() => void>()
    receiver.answer((_request, response) => arrived.resolve(() => response.writeHead(204).end()))
    const delivering = deliver()
    const answer = await arrived.promise

    controller.abort(new Error('the first has long been over'))
    answer()

    expect((await delivering).type).toBe('delivered')
    expect(receiver.connections()).toBe(1)
  })

  // The signal of an attempt closed its connection until the receipt was made, when it might carry another already.
  it('stays open when its attempt is called off after the answer has ended', async () => {
    const time = manualClock()
    const controller = new AbortController()
    let questions = 0
    const now = (): number => {
      questions += 1
      // First for the signature, and then, when all has been said, for the receipt.
      if (questions === 2) controller.abort(new Error('the process stops'))
      return time.now()
    }
    const { receiver, notifier, deliver } = await withReceiver({ clock: { ...time, now } })

    const receipt = await notifier.deliver(notificationTo(receiver.origin), { signal: controller.signal })
    await deliver()

    expect([receipt.type, controller.signal.aborted]).toEqual(['delivered', true])
    expect(receiver.connections()).toBe(1)
  })
})

describe('a connection that nobody uses', () => {
  it.each([
    ['nothing of it', {}, 4_000],
    ['3 s', { 'keep-alive': 'timeout=3' }, 2_000],
    ['3 s and 100 requests', { 'keep-alive': 'max=100, timeout=3' }, 2_000],
    ['a day', { 'keep-alive': 'timeout=86400' }, 4_000],
    ['what nobody understands', { 'keep-alive': 'timeout=soon' }, 4_000],
  ])('of a receiver that says %s is kept for so long', async (_what, headers, idleMs) => {
    const clock = manualClock()
    const { receiver, deliver } = await withReceiver({ clock })
    receiver.answer((_request, response) => response.writeHead(204, { connection: 'keep-alive', ...headers }).end())
    await deliver()

    await clock.advance(idleMs - 1)
    await deliver()
    const connectionsBefore = receiver.connections()
    await clock.advance(idleMs)
    await deliver()

    expect([connectionsBefore, receiver.connections()]).toEqual([1, 2])
  })

  it('is closed when that time is over', async () => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer((_request, response) =>
      response.writeHead(204, { connection: 'keep-alive', 'keep-alive': 'timeout=2' }).end(),
    )
    await deliver()
    expect(receiver.open()).toBe(1)

    await expect.poll(receiver.open, { timeout: 10_000 }).toBe(0)
  })

  it('is one of ten to each receiver, and of 256 in all', async () => {
    const { receiver } = await withReceiver()
    const hosts = Array.from({ length: 26 }, (_, index) => `receiver-${index}.example.com`)
    const names = Object.fromEntries(hosts.map((host) => [host, [PUBLIC]]))
    const { deliverTo } = setUpStage({ names, port: receiver.port, allowHttp: true })
    const waiting: (() => void)[] = []
    receiver.answer((_request, response) => void waiting.push(() => response.writeHead(204).end()))
    const deliverElevenTo = async (host: string): Promise<void> => {
      const delivering = Promise.all(Array.from({ length: 11 }, () => deliverTo(`http://${host}/`)))
      await expect.poll(() => waiting.length).toBe(11)
      waiting.splice(0).forEach((answer) => answer())
      await delivering
    }

    for (const host of hosts.slice(0, 25)) await deliverElevenTo(host)
    await expect.poll(receiver.open).toBe(250)
    await deliverElevenTo('receiver-25.example.com')

    await expect.poll(receiver.open).toBe(256)
    expect(receiver.connections()).toBe(26 * 11)
  })

  it('holds no process', async () => {
    const { receiver } = await withReceiver()

    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, receiver.origin])

    expect(JSON.parse(stdout)).toEqual({ type: 'delivered', isOpen: [true] })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['resets it', (socket) => socket.resetAndDestroy()],
    ['closes it', (socket) => socket.end()],
  ])('is forgotten when the receiver %s, and nothing else happens', async (_what, interrupt) => {
    const accepted: Socket[] = []
    const { receiver, deliver, opened } = await withWatchedReceiver()
    receiver.answer((request, response) => {
      accepted.push(request.socket)
      response.writeHead(204).end()
    })
    await deliver()
    const closed = new Promise((resolve) => opened[0]!.once('close', resolve))

    interrupt(accepted[0]!)
    await closed
    const receipt = await deliver()

    expect(receipt.type).toBe('delivered')
    expect(receiver.received).toHaveLength(2)
    expect(receiver.connections()).toBe(2)
  })

  // Else it would be the answer to a callback that nobody has read.
  it('is not used any more when the receiver has said something unasked', async () => {
    const accepted: Socket[] = []
    const { receiver, deliver, opened } = await withWatchedReceiver()
    receiver.answer((request, response) => {
      accepted.push(request.socket)
      response.writeHead(204).end()
    })
    await deliver()
    const bytesBefore = opened[0]!.bytesRead

    accepted[0]!.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    await expect.poll(() => opened[0]!.bytesRead).toBeGreaterThan(bytesBefore)
    const receipt = await deliver()

    expect(receipt).toEqual({ type: 'delivered', status: 204 })
    expect(receiver.received).toHaveLength(2)
    expect(receiver.connections()).toBe(2)
  })
})

describe('a connection is used once', () => {
  it.each<[string, RequestListener]>([
    ['says that it closes it', (_request, response) => response.writeHead(204, { connection: 'close' }).end()],
    ['gives it one second', (_request, response) => response.writeHead(204, { 'keep-alive': 'timeout=1' }).end()],
    ['gives it no time', (_request, response) => response.writeHead(204, { 'keep-alive': 'timeout=0' }).end()],
    ['says more than 16 kB', (_request, response) => response.writeHead(200).end('x'.repeat(16_385))],
    ['ends its answer by closing', (request) => request.socket.end('HTTP/1.1 200 OK\r\n\r\nwhatever')],
    ['speaks HTTP/1.0', (request) => request.socket.write('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n')],
    ['answers twice', (request) => request.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'.repeat(2))],
    [
      'goes on in another protocol',
      (request) => request.socket.write('HTTP/1.1 101 \r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    ],
  ])('when the receiver %s', async (_what, listener) => {
    const { receiver, deliver } = await withReceiver()
    receiver.answer(listener)

    for (let attempt = 0; attempt < 2; attempt++) await deliver()

    expect(receiver.received).toHaveLength(2)
    expect(receiver.connections()).toBe(2)
    await expect.poll(receiver.open).toBe(0)
  })

  it('when an answer came before the callback had been sent, and no more was read of that', async () => {
    const { deliver, connections } = await withEarlyReceiver((socket) => {
      socket.write('HTTP/1.1 204 No Content\r\n\r\n')
      socket.pause()
    })

    const types = [(await deliver(LARGE)).type, (await deliver('{}')).type]

    expect(types).toEqual(['delivered', 'delivered'])
    expect(connections).toHaveLength(2)
    const closed = once(connections[0]!, 'close')
    connections[0]!.resume()
    await closed
  })

  it('when an answer began before the callback had been sent, though all of that was read', async () => {
    const { deliver, connections } = await withEarlyReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      socket.on('data', () => {
        if (socket.bytesRead > LARGE.length) socket.write('0\r\n\r\n')
      })
    })

    const types = [(await deliver(LARGE)).type, (await deliver('{}')).type]

    expect(types).toEqual(['delivered', 'delivered'])
    expect(connections).toHaveLength(2)
  })

  it('through a tunnel, which does not say where it leads', async () => {
    const { receiver } = await withReceiver()
    const connect: Connect = async () => {
      const socket = connectTcp({ host: '127.0.0.1', port: receiver.port })
      await once(socket, 'connect')
      return Duplex.from({ readable: socket, writable: socket })
    }
    const { deliverTo } = setUpStage({ names: { 'example.com': [PUBLIC] }, connect })

    for (let attempt = 0; attempt < 2; attempt++) await deliverTo('https://example.com/')

    expect(receiver.connections()).toBe(2)
    await expect.poll(receiver.open).toBe(0)
  })

  it('when its attempt was called off', async () => {
    const { receiver, notifier, deliver } = await withReceiver()
    await deliver()
    const controller = new AbortController()
    const arrived = deferred<undefined>()
    receiver.answer(() => arrived.resolve(undefined))
    const delivering = notifier.deliver(notificationTo(receiver.origin), { signal: controller.signal })
    await arrived.promise

    controller.abort(new Error('the process stops'))

    await expect(delivering).rejects.toThrow('the process stops')
    await expect.poll(receiver.open).toBe(0)
    await nextTurn()
    expect(receiver.connections()).toBe(1)
  })
})

/** A receiver that does something when the first bytes of a large callback are there, and answers to small ones. */
async function withEarlyReceiver(onFirstBytes: (socket: Socket) => void) {
  const connections: Socket[] = []
  const server = createServer((socket) => {
    connections.push(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      if (connections.length === 1) onFirstBytes(socket)
      else socket.write('HTTP/1.1 204 No Content\r\n\r\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'] })
  const deliver = (body: string) => notifier.deliver(notificationTo(url, { body }), { signal: never() })
  return { deliver, connections }
}

/** A receiver, and what the notifier opened to it. */
async function withWatchedReceiver() {
  const opened: Socket[] = []
  const connect: Connect = async ({ port }) => {
    const socket = connectTcp({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    opened.push(socket)
    return socket
  }
  return { ...(await withReceiver({ connect })), opened }
}
