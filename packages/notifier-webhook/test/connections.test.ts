// What the second door sees of a connection, and what becomes of connections that nobody needs any more.
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { webhookNotifier, type Connect } from '../src/index.ts'
import { startReceiver } from './support/receiver.ts'
import { PUBLIC, SECRET, never, notificationTo, setUpStage } from './support/stage.ts'
import { deferred } from './support/deferred.ts'
import { withReceiver } from './support/with-receiver.ts'

const names = { 'example.com': [PUBLIC] }

describe('a connection', () => {
  it('to a judged address carries the callback', async () => {
    const { receiver } = await withReceiver()
    const { deliverTo } = setUpStage({ names, port: receiver.port, allowHttp: true })

    const receipt = await deliverTo('http://example.com/callback?run=1')

    expect(receipt).toEqual({ type: 'delivered', status: 204 })
    expect(receiver.received).toMatchObject([
      { method: 'POST', path: '/callback?run=1', headers: { host: 'example.com' } },
    ])
  })

  it('that turns out to lead to an address that is not public is closed before anything is sent', async () => {
    const { receiver } = await withReceiver()
    const { deliverTo } = setUpStage({ names, port: receiver.port, allowHttp: true, peer: '127.0.0.1' })

    const receipt = await deliverTo('http://example.com/')

    expect(receipt).toMatchObject({ type: 'refused', reason: expect.stringContaining('not public') })
    expect(receiver.received).toEqual([])
  })

  it('through a tunnel, which has no peer to show, is taken as it is', async () => {
    const { receiver } = await withReceiver()
    const connect: Connect = async () => {
      const socket = connectTcp({ host: '127.0.0.1', port: receiver.port })
      await once(socket, 'connect')
      return Duplex.from({ readable: socket, writable: socket })
    }
    const { deliverTo } = setUpStage({ names, connect })

    const receipt = await deliverTo('https://example.com/')

    expect(receipt.type).toBe('delivered')
  })

  it('is judged anew in every attempt, also where one is open already', async () => {
    const { receiver } = await withReceiver()
    const answers = [[PUBLIC], [PUBLIC], ['10.0.0.1']]
    const rebinding = { 'example.com': () => answers.shift() ?? [] }
    const { deliverTo } = setUpStage({ names: rebinding, port: receiver.port, allowHttp: true })

    const types = []
    for (let attempt = 0; attempt < 3; attempt++) types.push((await deliverTo('http://example.com/')).type)

    expect(types).toEqual(['delivered', 'delivered', 'refused'])
    expect(receiver.received).toHaveLength(2)
  })

  it('is given up when it takes longer than the limit, and closed should it come after that', async () => {
    const { receiver } = await withReceiver()
    const clock = manualClock()
    const late = deferred<Duplex>()
    const { notifier } = setUpStage({ names, clock, connect: () => late.promise })
    const delivering = notifier.deliver(notificationTo('https://example.com/'), { signal: never() })

    await clock.advance(5_000)
    const receipt = await delivering
    const socket = connectTcp({ host: '127.0.0.1', port: receiver.port })
    late.resolve(socket)
    await once(socket, 'close')

    expect(receipt).toEqual({ type: 'failed', reason: 'The receiver gave no connection within 5000 ms.' })
    expect(receiver.received).toEqual([])
  })

  it('waits no longer than that for a name either', async () => {
    const clock = manualClock()
    const { notifier } = setUpStage({ clock, resolve: () => new Promise(() => {}) })
    const delivering = notifier.deliver(notificationTo('https://example.com/'), { signal: never() })
    const checking = notifier.check('https://example.com/')

    await clock.advance(5_000)

    expect((await delivering).type).toBe('failed')
    await expect(checking).resolves.toBeUndefined()
  })

  it('that the receiver breaks at once, or that breaks when all is over, harms nothing but the attempt', async () => {
    const { receiver } = await withReceiver()
    const sockets: Socket[] = []
    const connect: Connect = async () => {
      const socket = connectTcp({ host: '127.0.0.1', port: receiver.port })
      await once(socket, 'connect')
      sockets.push(socket)
      return Object.defineProperty(socket, 'remoteAddress', { value: PUBLIC })
    }
    receiver.answer((request) => request.socket.resetAndDestroy())
    const { deliverTo } = setUpStage({ names, connect, allowHttp: true })

    const receipt = await deliverTo('http://example.com/')
    sockets[0]!.emit('error', new Error('late'))

    expect(receipt).toMatchObject({ type: 'failed', reason: expect.stringContaining('ECONNRESET') })
  })

  it('that was closed before it could be used is a failure at once', async () => {
    const { receiver } = await withReceiver()
    const connect: Connect = async () => {
      const socket = connectTcp({ host: '127.0.0.1', port: receiver.port })
      await once(
        socket.on('connect', () => socket.destroy()),
        'close',
      )
      return socket
    }
    const { deliverTo } = setUpStage({ names, connect, clock: manualClock(), allowHttp: true })

    const receipt = await deliverTo('http://example.com/')

    expect(receipt).toMatchObject({ type: 'failed', reason: expect.stringContaining('ECONNRESET') })
  })

  it('is closed when the attempt is called off', async () => {
    const { receiver, notifier } = await withReceiver()
    const controller = new AbortController()
    const arrived = deferred<Socket>()
    receiver.answer((request) => arrived.resolve(request.socket))
    const delivering = notifier.deliver(notificationTo(receiver.origin), { signal: controller.signal })
    const closed = once(await arrived.promise, 'close')

    controller.abort(new Error('the process stops'))

    await expect(delivering).rejects.toThrow('the process stops')
    await closed
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('(%i) is never followed, and is a failure', async (status) => {
    const inside = await startReceiver()
    onTestFinished(() => inside.stop())
    const { receiver, deliver } = await withReceiver()
    receiver.answer((_request, response) => response.writeHead(status, { location: inside.origin }).end())

    const receipt = await deliver()

    expect(receipt).toMatchObject({ type: 'failed', status, reason: expect.stringContaining('give the final URL') })
    expect(inside.connections()).toBe(0)
  })

  it('to the metadata of a cloud is not followed', async () => {
    const { receiver } = await withReceiver()
    receiver.answer((_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end())
    const { deliverTo, targets } = setUpStage({ names, port: receiver.port, allowHttp: true })

    const receipt = await deliverTo('http://example.com/')

    expect(receipt).toMatchObject({ type: 'failed', status: 302 })
    expect(targets).toHaveLength(1)
  })
})

describe('receivers that are slow', () => {
  it('hold up nobody: 1,000 attempts to one that answers when it has all of them, and one to another', async () => {
    const waiting: (() => void)[] = []
    const { receiver: slow } = await withReceiver()
    const { receiver: quick } = await withReceiver()
    slow.answer((_request, response) => void waiting.push(() => response.writeHead(204).end()))
    const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'], timeoutMs: 60_000 })
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    onTestFinished(() => void process.off('warning', onWarning))

    const slowly = Array.from({ length: 1_000 }, (_, index) =>
      notifier.deliver(notificationTo(slow.origin, { id: `msg_${index}` }), { signal }),
    )
    const quickly = await notifier.deliver(notificationTo(quick.origin), { signal })
    await expect.poll(() => waiting.length, { timeout: 20_000 }).toBe(1_000)
    waiting.forEach((answer) => answer())
    const receipts = await Promise.all(slowly)

    expect(quickly.type).toBe('delivered')
    expect(receipts.every(({ type }) => type === 'delivered')).toBe(true)
    expect(warnings).toEqual([])
  })
})
