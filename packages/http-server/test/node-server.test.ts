import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService, encodeSegments, type TranscriptionStorage } from '@ytscriptify/core'
import { claimOf, eventually, fakeSource, videoIds } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpServer, toNodeHandler, type HttpHandler, type HttpServerOptions } from '../src/index.ts'
import { connectionsOf } from '../src/node/connections.ts'
import { nodeServing, type ServingOptions } from '../src/node/to-node-handler.ts'

/** The API on a port of its own. */
async function setUp({
  storage = memoryStorage(),
  ...options
}: Partial<HttpServerOptions> & { readonly storage?: TranscriptionStorage } = {}) {
  const service = createTranscriptionService({ storage, source: fakeSource() })
  const server = createHttpServer(service, { auth: 'none', port: 0, ...options })
  const place = await server.listen()
  onTestFinished(async () => {
    await server.close({ idleMs: 0, drainMs: 1_000 })
    await service.close()
  })
  return { service, server, ...place }
}

/** A handler of the test's own behind node:http. */
async function serve(handler: HttpHandler, options: Partial<ServingOptions> = {}) {
  const faults: unknown[] = []
  const serving = nodeServing(handler, { onFault: ({ error }) => void faults.push(error), ...options })
  const server = createServer((request, response) => void serving(request, response, { awaitsContinue: false }))
  server.on('checkContinue', (request, response) => void serving(request, response, { awaitsContinue: true }))
  const port = await listening(server)
  return { port, url: `http://127.0.0.1:${port}`, faults, server }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Sends bytes as they are and gives back all that comes until the connection ends. */
async function exchange(port: number, ...lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

/** A promise that a test settles. */
function deferred() {
  let resolve: (value?: unknown) => void = () => undefined
  const promise = new Promise<unknown>((settle) => (resolve = settle))
  return { promise, resolve }
}

const echo: HttpHandler = async (request, facts) =>
  Response.json({ method: request.method, url: request.url, body: await request.text(), address: facts?.address })

const bodyOf = (answer: string) =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4).replace(/^[\da-f]+\r\n|\r\n0\r\n\r\n$/g, ''))

describe('a server', () => {
  it('answers at the address that it names', async () => {
    const { url, port } = await setUp()

    const response = await fetch(`${url}/livez`)

    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect(response.status).toBe(200)
  })

  it('names a port that is in use, and what to do', async () => {
    const { port, service } = await setUp()
    const second = createHttpServer(service, { auth: 'none', port })

    await expect(second.listen()).rejects.toMatchObject({
      message: `Port ${port} of 127.0.0.1 is in use. Stop what listens there, or take another port; 0 takes any free one.`,
      cause: { code: 'EADDRINUSE' },
    })
    await second.close()
  })

  it('names an address that this machine does not have', async () => {
    const { service } = await setUp()
    const server = createHttpServer(service, { auth: 'none', port: 0, host: '192.0.2.1' })

    await expect(server.listen()).rejects.toThrow('This machine has no address 192.0.2.1. 0.0.0.0 listens on all')
  })

  it('says what is wrong with the proxies that it is to trust before it listens', async () => {
    const { service } = await setUp()

    expect(() => createHttpServer(service, { auth: 'none', trustProxy: 'nginx' })).toThrow('names no proxies to trust')
  })

  it('lets any number of clients wait, and warns of no leak', async () => {
    const { service, url } = await setUp()
    const { job } = await service.submit({ urls: ['dQw4w9WgXcQ'] })
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    onTestFinished(() => void process.off('warning', listen))

    const waits = Array.from({ length: 20 }, () =>
      fetch(`${url}/job_status/${job.id}?include=none`, { headers: { prefer: 'wait=1' } }),
    )

    expect((await Promise.all(waits)).map(({ status }) => status)).toEqual(waits.map(() => 200))
    expect(warnings).toEqual([])
  })
})

describe('the stop of a server', () => {
  it('takes no new connections, and is over at once when there are none', async () => {
    const { url, server } = await setUp()

    await server.close()

    await expect(fetch(`${url}/livez`)).rejects.toThrow()
    await server.close()
  })

  it('before it listened is nothing', async () => {
    const { service } = await setUp()

    await createHttpServer(service, { auth: 'none' }).close()
  })

  it('finishes the requests in hand, and tells their clients to come on another connection', async () => {
    const arrived = deferred()
    const go = deferred()
    const { server, port } = await setUp({
      auth: async () => {
        arrived.resolve()
        await go.promise
        return { owner: 'anna' }
      },
    })
    const answer = exchange(port, 'GET /jobs HTTP/1.1', 'Host: localhost')
    await arrived.promise

    const closed = server.close({ idleMs: 0 })
    go.resolve()

    expect(await answer).toMatch(/^HTTP\/1.1 200 OK\r\n(.+\r\n)*Connection: close\r\n/i)
    await closed
  })

  it('ends streams of events', async () => {
    const { service, server, url } = await setUp()
    const { job } = await service.submit({ urls: ['dQw4w9WgXcQ'] })
    const stream = await fetch(`${url}/job_status/${job.id}/events`)
    const text = stream.text()

    await server.close({ idleMs: 0 })

    expect(await text).toContain('event: job\n')
  })

  it('answers who waits for a job', async () => {
    const asked = deferred()
    const { service, server, url } = await setUp({
      auth: async () => {
        asked.resolve()
        return { owner: 'default' }
      },
    })
    const { job } = await service.submit({ urls: ['dQw4w9WgXcQ'] })
    const waiting = fetch(`${url}/job_status/${job.id}`, { headers: { prefer: 'wait=60' } })
    await asked.promise

    const closed = server.close({ idleMs: 0 })

    expect(await (await waiting).json()).toMatchObject({ status: 'pending' })
    await closed
  })

  it('answers a request that comes on an open connection a moment later', async () => {
    const { server, port } = await setUp()
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'data')

    const closed = server.close({ idleMs: 5_000 })
    socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)

    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n(.+\r\n)*Connection: close\r\n/i)
    await closed
  })

  it('closes connections without a request after their time', async () => {
    const { server, port } = await setUp()
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const closed = once(socket, 'close')

    await server.close({ idleMs: 0, drainMs: 60_000 })

    await closed
  })

  it('cuts off what takes too long', async () => {
    const arrived = deferred()
    const { server, port } = await setUp({
      auth: () => {
        arrived.resolve()
        return new Promise(() => undefined)
      },
    })
    const answer = exchange(port, 'GET /jobs HTTP/1.1', 'Host: localhost')
    await arrived.promise

    await server.close({ idleMs: 0, drainMs: 20 })

    expect(await answer.catch(() => '')).toBe('')
  })

  it('sends an answer to its end that the client takes slowly', async () => {
    const megabytes = 16
    const body = 'x'.repeat(megabytes * 1024 * 1024)
    const server = createServer((_request, response) => response.end(body))
    const connections = connectionsOf(server)
    const port = await listening(server)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'readable')

    connections.closeIdle()

    let length = 0
    for await (const chunk of socket) length += (chunk as Buffer).length
    expect(length).toBeGreaterThan(body.length)
  })
})

describe('a client that takes nothing of its answer', () => {
  it('is cut off after a while, so that what waits for it does not fill the memory', async () => {
    const storage = memoryStorage()
    const { server, service, port } = await setUp({ silenceMs: 200, storage })
    const { job } = await service.submit({ urls: videoIds(20) })
    const { transcripts } = await storage.claim(claimOf({ limit: 20 }))
    const data = encodeSegments([{ text: 'x'.repeat(2_000_000), startMs: 0, durationMs: 1 }])
    for (const { lease } of transcripts) {
      const content = { language: 'en', kind: 'manual', metadata: {}, data } as const
      await storage.settle({ lease, outcome: { type: 'completed', content } })
    }
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(`GET /job_status/${job.id} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await once(socket, 'readable')

    // It would wait for the answer to be taken.
    await server.close({ drainMs: 3_600_000 })

    let length = 0
    socket.on('data', (chunk) => (length += chunk.length)).on('error', () => undefined)
    await once(socket, 'close')
    expect(length).toBeLessThan(40_000_000)
  })
})

describe('a request of Node', () => {
  it('has the path, method and body that were sent, and says where it came from', async () => {
    const { url } = await serve(echo)

    const response = await fetch(`${url}/a%20b?c=d`, { method: 'POST', body: 'text' })

    expect(await response.json()).toEqual({
      method: 'POST',
      url: `${url}/a%20b?c=d`,
      body: 'text',
      address: '127.0.0.1',
    })
  })

  it.each([
    ['/path', 'example.test:81', 'http://example.test:81/path'],
    ['//evil.test/path', 'example.test', 'http://example.test//evil.test/path'],
    ['/path', '[::1]:81', 'http://[::1]:81/path'],
    ['http://other.test/path?a', 'example.test', 'http://other.test/path?a'],
    ['*', 'example.test', 'http://example.test/'],
  ])('for the target %s of the host %s has the right URL', async (target, host, url) => {
    const { port } = await serve(echo)

    const answer = await exchange(port, `OPTIONS ${target} HTTP/1.1`, `Host: ${host}`, 'Connection: close')

    expect(bodyOf(answer)).toMatchObject({ url })
  })

  it.each([
    ['Host: a b'],
    ['Host: user@example.test'],
    ['Host: example.test/path'],
    ['Host: example.test?query'],
    ['Host: example.test:99999'],
    ['Host: [::1'],
    ['Host: a<b'],
    ['Host: one.test', 'Host: two.test'],
    // It looks like a host and makes no URL: it was answered with 500.
    ['Host: 256.256.256.256'],
  ])('with "%s" is refused as malformed', async (...hosts) => {
    const { port, faults } = await serve(echo)

    const answer = await exchange(port, 'GET / HTTP/1.1', ...hosts, 'Connection: close')

    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(bodyOf(answer)).toMatchObject({ status: 400, code: 'malformed_request' })
    expect(faults).toEqual([])
  })

  it('whose target is a URL with a user and a password is refused as malformed', async () => {
    const { port, faults } = await serve(echo)

    const answer = await exchange(port, 'GET http://user:word@example.test/ HTTP/1.1', 'Host: a', 'Connection: close')

    expect(bodyOf(answer)).toMatchObject({ status: 400, code: 'malformed_request' })
    expect(answer).not.toContain('word')
    expect(faults).toEqual([])
  })

  it('is a whole Request for an authenticator of the host, and its body is still to be read', async () => {
    const seen: Request[] = []
    const auth = (request: Request) => {
      seen.push(request, request.clone())
      return { owner: request.headers.get('x-user') ?? '' }
    }
    const { service, url } = await setUp({ auth })
    const body = JSON.stringify({ urls: ['dQw4w9WgXcQ'] })
    const headers = { 'content-type': 'application/json', 'x-user': 'anna' }

    const answer = await fetch(`${url}/transcribe`, { method: 'POST', headers, body })

    expect(answer.status).toBe(202)
    expect((await service.list({ owner: 'anna' })).jobs).toHaveLength(1)
    expect(seen.map((request) => [request.method, request.url])).toEqual(seen.map(() => ['POST', `${url}/transcribe`]))
  })

  it('whose body an authenticator has read is a fault of the host', async () => {
    const faults: unknown[] = []
    const { url } = await setUp({
      auth: async (request) => {
        await request.text()
        return { owner: 'anna' }
      },
      onFault: ({ error }) => void faults.push(error),
    })

    const answer = await fetch(`${url}/transcribe`, { method: 'POST', body: '{}' })

    expect(answer.status).toBe(500)
    expect(faults).toEqual([new Error('The body of the request was read before the API was asked.')])
  })

  it('has the path that the URL parser makes of its target', async () => {
    const { port } = await setUp()

    const answer = await exchange(port, 'GET /nowhere/%2E./livez HTTP/1.1', 'Host: localhost', 'Connection: close')

    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
  })

  it('with a method that would send back its secrets is refused', async () => {
    const { port } = await serve(echo)

    const answer = await exchange(port, 'TRACE / HTTP/1.1', 'Host: localhost', 'Connection: close')

    expect(answer).toMatch(/^HTTP\/1.1 405 /)
  })

  it('asks for the body of a client that waits to be asked', async () => {
    const { port } = await serve(echo)
    const request = httpRequest({ port, method: 'POST', headers: { expect: '100-continue', 'content-length': 4 } })
    request.flushHeaders()

    await once(request, 'continue')
    request.end('text')

    const [response] = await once(request, 'response')
    expect(response.statusCode).toBe(200)
    response.resume()
  })

  it('does not ask for a body that is not wanted', async () => {
    const { port } = await serve(async () => new Response(null, { status: 413 }))

    const answer = await exchange(
      port,
      'POST / HTTP/1.1',
      'Host: localhost',
      'Expect: 100-continue',
      'Content-Length: 4',
    )

    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(answer).toMatch(/\r\nConnection: close\r\n/i)
  })

  it('is answered before its body was read, and the answer arrives', async () => {
    const { url } = await serve(async () => new Response('too large', { status: 413 }))

    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(4 * 1024 * 1024) })

    expect([response.status, await response.text()]).toEqual([413, 'too large'])
  })

  it('aborts when its client goes', async () => {
    const aborted = deferred()
    const arrived = deferred()
    const { port } = await serve((request) => {
      request.signal.addEventListener('abort', () => aborted.resolve(request.signal.reason))
      arrived.resolve()
      return new Promise(() => undefined)
    })
    const socket = connect(port, '127.0.0.1').end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await arrived.promise

    socket.destroy()

    expect(await aborted.promise).toMatchObject({ message: 'The client has gone.' })
  })

  it('does not abort when it has been answered', async () => {
    let signal: AbortSignal | undefined
    const { url } = await serve(async (request) => {
      signal = request.signal
      return new Response('done')
    })

    await (await fetch(url, { headers: { connection: 'close' } })).text()

    expect(signal?.aborted).toBe(false)
  })
})

describe('an answer of the web', () => {
  it('is sent with its cookies, each in a header of its own', async () => {
    const { port } = await serve(async () => {
      const response = new Response('x')
      response.headers.append('set-cookie', 'a=1')
      response.headers.append('set-cookie', 'b=2')
      return response
    })

    const answer = await exchange(port, 'GET / HTTP/1.1', 'Host: localhost', 'Connection: close')

    expect(answer.match(/^set-cookie: .*$/gim)).toEqual(['set-cookie: a=1', 'set-cookie: b=2'])
  })

  it.each([204, 304])('with %i has no body', async (status) => {
    const { port } = await serve(async () => new Response(null, { status }))

    const answer = await exchange(port, 'GET / HTTP/1.1', 'Host: localhost', 'Connection: close')

    expect(answer).toMatch(/\r\n\r\n$/)
    expect(answer).not.toMatch(/transfer-encoding/i)
  })

  it('to HEAD has the head of a GET and no body, which is not read', async () => {
    let cancelled = false
    const body = new ReadableStream({ cancel: () => void (cancelled = true) })
    const { port } = await serve(async () => new Response(body, { headers: { 'content-length': '5' } }))

    const answer = await exchange(port, 'HEAD / HTTP/1.1', 'Host: localhost', 'Connection: close')

    expect(answer).toMatch(/content-length: 5\r\n(.+\r\n)*\r\n$/i)
    expect(cancelled).toBe(true)
  })

  it('is made no faster than the client takes it, and no more of it when the client has gone', async () => {
    let made = 0
    let cancelled = false
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          made += 1
          controller.enqueue(new Uint8Array(64 * 1024))
        },
        cancel: () => void (cancelled = true),
      },
      { highWaterMark: 0 },
    )
    const { port, faults } = await serve(async () => new Response(body))
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(socket, 'readable')
    let seen = -1
    await eventually(() => made === seen || ((seen = made), false), { what: 'the client is waited for' })

    socket.destroy()

    await eventually(() => cancelled, { what: 'the making ends' })
    // 64 MB: far more than the buffers of a connection.
    expect(made).toBeLessThan(1_000)
    expect(faults).toEqual([])
  })

  it('whose making fails is cut off, so that nobody takes a part for the whole', async () => {
    const pieces = [new TextEncoder().encode('half ')]
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const piece = pieces.shift()
          if (piece) controller.enqueue(piece)
          else controller.error(new Error('the storage has gone'))
        },
      },
      { highWaterMark: 0 },
    )
    const { url } = await serve(async () => new Response(body))

    const response = await fetch(url)

    await expect(response.text()).rejects.toThrow()
  })

  it('sends its head before the first piece of its body', async () => {
    const { url } = await serve(
      async () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })),
    )

    const response = await fetch(url)

    expect(response.status).toBe(200)
    await response.body?.cancel()
  })

  it('cannot smuggle a header into another', async () => {
    const { port } = await serve(async () => new Response('x', { headers: { location: '/a\r\nset-cookie: b=1' } }))

    const answer = await exchange(port, 'GET / HTTP/1.1', 'Host: localhost', 'Connection: close')

    expect(answer).toMatch(/^HTTP\/1.1 500 /)
    expect(answer).not.toMatch(/set-cookie/i)
  })

  it('does not say how the connection goes on', async () => {
    const headers = { connection: 'close', 'keep-alive': 'timeout=1', 'transfer-encoding': 'gzip' }
    const { url } = await serve(async () => new Response('x', { headers }))

    const response = await fetch(url)

    expect(response.headers.get('connection')).toBe('keep-alive')
    expect(await response.text()).toBe('x')
  })
})

describe('a handler that throws', () => {
  it('is answered with a fault that tells nothing, and the host hears of it', async () => {
    const fault = new Error('secret')
    const { url, faults } = await serve(() => Promise.reject(fault))

    const response = await fetch(url)

    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('secret')
    expect(JSON.parse(text).instance).toBe(`urn:uuid:${response.headers.get('x-request-id')}`)
    expect(faults).toEqual([fault])
  })

  it('warns the process where the host does not listen', async () => {
    const port = await listening(createServer(toNodeHandler(() => Promise.reject(new Error('bad')))))
    const warned = once(process, 'warning')

    await fetch(`http://127.0.0.1:${port}/`)

    expect(String((await warned)[0])).toContain('Error: bad')
  })
})
