import { request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { eventually, fakeSource } from '@ytscriptify/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServerOptions } from '../src/node/create-http-server.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function setUp(options: Partial<HttpServerOptions> = {}) {
  const service = createTranscriptionService({ storage: memoryStorage(), source: fakeSource() })
  const server = createHttpServer(service, { auth: 'none', port: 0, ...options })
  const place = await server.listen()
  closers.push(
    () => service.close(),
    () => server.close({ idleMs: 0, drainMs: 1_000 }),
  )
  return { service, server, ...place }
}

describe('a server', () => {
  it('answers at the address that it names', async () => {
    const { url, port } = await setUp()

    const response = await fetch(`${url}/livez`)

    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect(response.status).toBe(200)
  })

  it('names a port that is in use, and what to do', async () => {
    const { port, server } = await setUp()
    const service = createTranscriptionService({ storage: memoryStorage(), source: fakeSource() })
    const second = createHttpServer(service, { auth: 'none', port })

    const failure: unknown = await second.listen().catch((error: unknown) => error)

    expect(failure).toMatchObject({
      message: `Port ${port} of 127.0.0.1 is in use. Stop what listens there, or take another port; 0 takes any free one.`,
      cause: { code: 'EADDRINUSE' },
    })
    await second.close()
    await service.close()
    expect(server).toBeDefined()
  })
})
