// The same requests over every host that the API can live in, at the root and below a path.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService, type TranscriptionService } from '@ytscriptify/core'
import { fakeSource } from '@ytscriptify/core/testing'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { describe, expect, it, onTestFinished } from 'vitest'
import { apiKeys, createHttpHandler, createHttpServer, toNodeHandler, type HttpHandlerOptions } from '../src/index.ts'

const KEY = 'key-of-anna'
const VIDEO = 'dQw4w9WgXcQ'

type SendInit = Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> }

/** What a client does: a request to a path, wherever that is. */
type Send = (path: string, init?: SendInit) => Promise<Response>

interface HostParts {
  readonly service: TranscriptionService
  readonly basePath: string
  readonly options: HttpHandlerOptions
}

/** Puts the API into a host, and gives back the way to it. */
type Host = (parts: HostParts) => Promise<Send>

const bare: Host = async ({ service, options }) => sendTo(createHttpHandler(service, options))

const ownServer: Host = async ({ service, options }) => {
  const server = createHttpServer(service, { ...options, port: 0 })
  const { url } = await server.listen()
  onTestFinished(() => server.close({ idleMs: 0, drainMs: 1_000 }))
  return (path, init) => fetch(url + path, init)
}

const nodeHttp: Host = async ({ service, options }) => listening(toNodeHandler(createHttpHandler(service, options)))

const inExpress =
  (...before: readonly express.RequestHandler[]): Host =>
  async ({ service, basePath, options }) => {
    // In any other environment it writes what is wrong with a request to the terminal.
    const app = express().set('env', 'test')
    for (const handler of before) app.use(handler)
    app.use(basePath === '' ? '/' : basePath, toNodeHandler(createHttpHandler(service, options)))
    return listening(app)
  }

const inFastify: Host = async ({ service, basePath, options }) => {
  const handle = toNodeHandler(createHttpHandler(service, options))
  const app = fastify()
  // A plugin has parsers of its own: the rest of the app keeps those of Fastify.
  await app.register(async (part) => {
    part.removeAllContentTypeParsers()
    part.addContentTypeParser('*', (_request, _payload, done) => done(null))
    part.all(`${basePath}/*`, (request, reply) => {
      reply.hijack()
      handle(request.raw, reply.raw)
    })
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    app.server.closeAllConnections()
    return app.close()
  })
  return (path, init) => fetch(url + path, init)
}

/** `app/api/transcripts/[...path]/route.ts` of Next: one function for each method. */
const likeNext: Host = async ({ service, options }) => {
  const handler = createHttpHandler(service, options)
  const route: Record<string, (request: Request, context: object) => Promise<Response>> = Object.fromEntries(
    ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'].map((method) => [method, (request: Request) => handler(request)]),
  )
  return sendTo((request) => route[request.method]!(request, { params: Promise.resolve({}) }))
}

const inHono: Host = async ({ service, basePath, options }) => {
  const handler = createHttpHandler(service, options)
  const app = new Hono()
  app.all(`${basePath}/*`, ({ req }) => handler(req.raw))
  return sendTo((request) => app.fetch(request))
}

const HOSTS: readonly (readonly [string, Host])[] = [
  ['a function', bare],
  ['its own server', ownServer],
  ['node:http', nodeHttp],
  ['Express', inExpress()],
  ['Express after express.json()', inExpress(express.json())],
  ['Express after all of its parsers', inExpress(express.json(), express.urlencoded(), express.text())],
  ['Express after express.raw()', inExpress(express.raw({ type: '*/*', limit: '2mb' }))],
  ['Fastify', inFastify],
  ['Next', likeNext],
  ['Hono', inHono],
]

const sendTo =
  (handler: (request: Request) => Promise<Response> | Response): Send =>
  async (path, init) =>
    handler(new Request(`http://localhost${path}`, { ...init, ...(init?.body != null && { duplex: 'half' }) }))

async function listening(listener: Parameters<typeof createServer>[1]): Promise<Send> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

async function setUp(host: Host, basePath: string) {
  const service = createTranscriptionService({ storage: memoryStorage(), source: fakeSource() })
  onTestFinished(() => service.close())
  const faults: unknown[] = []
  const options: HttpHandlerOptions = {
    auth: apiKeys({ anna: KEY }),
    basePath,
    maxBodyBytes: 64 * 1024,
    onFault: ({ error }) => void faults.push(error),
  }
  const sendAnywhere = await host({ service, basePath, options })
  const send: Send = (path, init) =>
    sendAnywhere(basePath + path, { ...init, headers: { 'x-api-key': KEY, ...init?.headers } })
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send('/transcribe', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return { service, send, post, faults, sendAnywhere }
}

describe.each(HOSTS)('in %s', (name, host) => {
  describe.each(['', '/api/transcripts'])('at "%s"', (basePath) => {
    it('takes a job and says where it is found', async () => {
      const { send, post, service } = await setUp(host, basePath)

      const answer = await post({ urls: [VIDEO] })

      const { job_id: id } = (await answer.json()) as { job_id: string }
      expect(answer.status).toBe(202)
      expect(answer.headers.get('location')).toBe(`${basePath}/job_status/${id}`)
      expect((await service.list()).jobs.map((job) => job.id)).toEqual([id])
      expect(await (await send(`/job_status/${id}`)).json()).toMatchObject({ job_id: id, status: 'pending' })
    })

    it('answers HEAD like GET, without a body', async () => {
      const { send, service } = await setUp(host, basePath)
      const { job } = await service.submit({ urls: [VIDEO], owner: 'anna' })

      const head = await send(`/job_status/${job.id}`, { method: 'HEAD' })

      expect(head.status).toBe(200)
      expect(head.headers.get('etag')).toBe((await send(`/job_status/${job.id}`)).headers.get('etag'))
      expect(await head.text()).toBe('')
    })

    it('tells of the end of a job as it comes', async () => {
      const { send, service } = await setUp(host, basePath)
      const { job } = await service.submit({ urls: [VIDEO], owner: 'anna' })
      const events = await send(`/job_status/${job.id}/events`)
      const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader()
      const first = await reader.read()

      await service.cancel(job.id)
      let rest = ''
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) rest += piece.value

      expect(events.headers.get('content-type')).toBe('text/event-stream')
      expect(first.value).toContain('event: job\n')
      expect(rest).toContain('event: end\n')
    })

    it('answers what is wrong as a problem', async () => {
      const { send, post, service, faults } = await setUp(host, basePath)

      const [noVideo, broken, unknown, wrongMethod] = [
        await post({ urls: ['https://example.org/'] }),
        await post('{"urls": ['),
        await send('/nothing'),
        await send('/transcribe', { method: 'DELETE' }),
      ]

      expect(noVideo.status).toBe(422)
      expect(noVideo.headers.get('content-type')).toBe('application/problem+json')
      expect(await noVideo.json()).toMatchObject({ code: 'unsupported_url', errors: [{ pointer: '#/urls/0' }] })
      // A parser in front answers in its own way.
      expect(broken.status).toBe(400)
      expect(unknown.status).toBe(404)
      expect(wrongMethod.status).toBe(405)
      expect((await service.list()).jobs).toEqual([])
      expect(faults).toEqual([])
    })

    it('refuses a body that is too large', async () => {
      const { post, service } = await setUp(host, basePath)

      const answer = await post({ urls: [VIDEO], padding: 'x'.repeat(90 * 1024) })

      expect(answer.status).toBe(413)
      expect((await service.list()).jobs).toEqual([])
    })

    it('refuses a form', async () => {
      const { send } = await setUp(host, basePath)

      const answer = await send('/transcribe', { method: 'POST', body: new URLSearchParams({ urls: VIDEO }) })

      expect(answer.status).toBe(415)
      expect(await answer.json()).toMatchObject({ code: 'unsupported_media_type' })
    })

    it('answers only below its own path', async () => {
      const { sendAnywhere } = await setUp(host, basePath)

      const answer = await sendAnywhere(`/x${basePath}/jobs`, { headers: { 'x-api-key': KEY } })

      expect(answer.status).toBe(404)
    })

    it('takes compressed JSON only where a parser unpacks it', async () => {
      const { sendAnywhere } = await setUp(host, basePath)
      const packed = new Blob([JSON.stringify({ urls: [VIDEO] })]).stream().pipeThrough(new CompressionStream('gzip'))

      const answer = await sendAnywhere(`${basePath}/transcribe`, {
        method: 'POST',
        body: await new Response(packed).arrayBuffer(),
        headers: { 'x-api-key': KEY, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      })

      expect(answer.status).toBe(/json|parsers|raw/.test(name) ? 202 : 415)
    })
  })
})

describe('a host that gives the body away', () => {
  it('is told so, and what to do, and its client that it is our fault', async () => {
    const swallow: express.RequestHandler = (request, _response, next) => void request.resume().once('end', next)
    const service = createTranscriptionService({ storage: memoryStorage(), source: fakeSource() })
    onTestFinished(() => service.close())
    const faults: unknown[] = []
    const handler = createHttpHandler(service, { auth: 'none' })
    const app = express().use(swallow, toNodeHandler(handler, { onFault: ({ error }) => void faults.push(error) }))
    const send = await listening(app)

    const answer = await send('/transcribe', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })

    expect(answer.status).toBe(500)
    expect(String(faults)).toContain('Mount the API before the body parser')
  })
})
