// Receiving a callback: the signature is verified before a word of the body is believed.
// Run it: `node receive-callbacks.ts` (Node.js 22.18 or newer), or `npx tsx receive-callbacks.ts`.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { webhookNotifier } from '@ytscriptify/notifier-webhook'
import { youtubeSource } from '@ytscriptify/source-youtube'
import { Webhook } from 'standardwebhooks' // Any library of Standard Webhooks does, in any language.

// 24 to 64 random bytes in base64 behind `whsec_`. Both sides know it, and nobody else.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr'
const webhook = new Webhook(secret)

const receiver = createServer(async (request, response) => {
  try {
    // The text as it came: a body that was parsed and written again has other bytes, and another signature.
    const event = webhook.verify(await text(request), {
      'webhook-id': String(request.headers['webhook-id']),
      'webhook-timestamp': String(request.headers['webhook-timestamp']),
      'webhook-signature': String(request.headers['webhook-signature']),
    })
    response.writeHead(204).end() // Answer first, work later: what is not answered in time is sent again.
    receiver.emit('callback', event)
  } catch {
    response.writeHead(401).end()
  }
})
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
const address = receiver.address()
const port = typeof address === 'object' ? address?.port : undefined

// Callbacks go to public https addresses only, unless a host is named here.
const notifier = webhookNotifier({ secret, allowHosts: ['127.0.0.1'] })
const service = createTranscriptionService({ storage: memoryStorage(), source: youtubeSource(), notifier })
service.on('delivery.succeeded', ({ delivery }) => console.log(`delivered at attempt ${delivery.attempt}`))
service.createWorker().start()

const called = once(receiver, 'callback')
await service.submit({ urls: ['https://youtu.be/jNQXAC9IVRw'], callbackUrl: `http://127.0.0.1:${port}/done` })
const [{ type, data }] = await called
console.log(`${type}: ${data.results[0].title}, ${data.results[0].segments.length} segments`)

const forged = await fetch(`http://127.0.0.1:${port}/done`, { method: 'POST', body: '{"type":"job.completed"}' })
console.log(`forged: ${forged.status}`)

await service.close()
receiver.close()

// Output:
// job.completed: Me at the zoo, 6 segments
// delivered at attempt 1
// forged: 401
