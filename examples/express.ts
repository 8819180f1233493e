// The API inside an Express app, before its JSON parser or behind it: both work.
// Run it: `node express.ts` (Node.js 22.18 or newer), or `npx tsx express.ts`.
import { once } from 'node:events'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { apiKeys, createHttpHandler, toNodeHandler } from '@ytscriptify/http-server'
import { youtubeSource } from '@ytscriptify/source-youtube'
import express from 'express'

const service = createTranscriptionService({ storage: memoryStorage(), source: youtubeSource() })
service.createWorker().start()
const auth = apiKeys({ alice: 'a-long-secret-of-alice' })

const app = express()
app.use('/transcripts', toNodeHandler(createHttpHandler(service, { auth, basePath: '/transcripts' })))
app.use(express.json())
app.use('/behind-the-parser', toNodeHandler(createHttpHandler(service, { auth, basePath: '/behind-the-parser' })))
app.get('/', (_request, response) => void response.send('The rest of the app'))

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`

for (const path of ['/transcripts', '/behind-the-parser']) {
  const submitted = await fetch(`${origin}${path}/transcribe`, {
    method: 'POST',
    headers: { 'x-api-key': 'a-long-secret-of-alice', 'content-type': 'application/json' },
    body: JSON.stringify({ urls: ['https://youtu.be/jNQXAC9IVRw'] }),
  })
  const job = `${origin}${submitted.headers.get('location') ?? ''}`
  console.log(`${path}: ${submitted.status}`)

  const headers = { 'x-api-key': 'a-long-secret-of-alice' }
  await fetch(job, { headers: { ...headers, prefer: 'wait=20' } }) // Answers when the job has ended, or after twenty seconds.
  const transcript = await fetch(`${job}/transcripts/jNQXAC9IVRw?format=txt`, { headers })
  console.log((await transcript.text()).split('\n')[0])
}

server.close()
await service.close()

// Output:
// /transcripts: 202
// One
// /behind-the-parser: 202
// One
