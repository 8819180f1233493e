// The API inside a Fastify app, in a scope of its own so that Fastify leaves the bodies alone.
// Run it: `node fastify.ts` (Node.js 22.18 or newer), or `npx tsx fastify.ts`.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { apiKeys, createHttpHandler, toNodeHandler } from '@ytscriptify/http-server'
import { youtubeSource } from '@ytscriptify/source-youtube'
import Fastify from 'fastify'

const service = createTranscriptionService({ storage: memoryStorage(), source: youtubeSource() })
service.createWorker().start()

const handler = createHttpHandler(service, {
  auth: apiKeys({ alice: 'a-long-secret-of-alice' }),
  basePath: '/transcripts',
})
const handle = toNodeHandler(handler)

const app = Fastify()
await app.register((scope, _options, done) => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null))
  scope.all('/transcripts/*', (request, reply) => {
    reply.hijack() // From here on the answer is the handler's.
    return handle(request.raw, reply.raw)
  })
  done()
})
app.get('/', () => 'The rest of the app')
app.addHook('onClose', () => service.close())
const origin = await app.listen({ port: 0, host: '127.0.0.1' })

const submitted = await fetch(`${origin}/transcripts/transcribe`, {
  method: 'POST',
  headers: { 'x-api-key': 'a-long-secret-of-alice', 'content-type': 'application/json' },
  body: JSON.stringify({ urls: ['https://youtu.be/jNQXAC9IVRw'] }),
})
console.log(submitted.status)

// One event for each change, until the job has ended.
const events = await fetch(`${origin}${submitted.headers.get('location') ?? ''}/events`, {
  headers: { 'x-api-key': 'a-long-secret-of-alice' },
})
const last = (await events.text()).trim().split('\n\n').at(-1) ?? ''
console.log(last.includes('"status":"completed"') ? 'followed to its end' : last)
await app.close()

// Output:
// 202
// followed to its end
