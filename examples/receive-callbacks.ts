// Receiving a callback: the signature is verified before a word of the body is believed.
// Run it: `node receive-callbacks.ts` (Node.js 22.18 or newer), or `npx tsx receive-callbacks.ts`.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { webhookNotifier } from '@ytscriptify/notifier-webhook'
import { youtubeSource } from '@ytscriptify/source-youtube'
import { Webhook } from 'standardwebhooks' // Any library of Standard Webhooks does, in any language.

// 24 to 64 random bytes in base64 behind `whsec_`. Both sides know it, and nobody else.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr'
const webhook = new Webhook(secret)

/** Answer at once and work later: what is not answered in time is sent again, with the same `webhook-id`. */
function take({ headers }: IncomingMessage, body: string): number {
  try {
    webhook.verify(body, {
      'webhook-id': String(headers['webhook-id']),
      'webhook-timestamp': String(headers['webhook-timestamp']),
      'webhook-signature': String(headers['webhook-signature']),
    })
  } catch {
    return 401 // Not of our secret, or older than five minutes.
  }
  console.log(`received ${body.slice(0, 23)} with ${body.split('"start_ms"').length - 1} segments`)
  return 204
}

const receiver = createServer((request, response) => {
  // The text as it came: a body that was parsed and written again has other bytes, and another signature.
  void text(request)
    .then((body) => take(request, body))
    .then((status) => response.writeHead(status).end())
})
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
const address = receiver.address()
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/done`

// Callbacks go to public https addresses only, unless a host is named here.
const notifier = webhookNotifier({ secret, allowHosts: ['127.0.0.1'] })
const service = createTranscriptionService({ storage: memoryStorage(), source: youtubeSource(), notifier })
const delivered = new Promise<void>((resolve) => {
  service.on('delivery.succeeded', ({ delivery }) => {
    console.log(`delivered at attempt ${delivery.attempt}`)
    resolve()
  })
})
service.createWorker().start()

await service.submit({ urls: ['https://youtu.be/jNQXAC9IVRw'], callbackUrl: url })
await delivered

const forged = await fetch(url, { method: 'POST', body: '{"type":"job.completed"}' })
console.log(`a forged one is answered with ${forged.status}`)

await service.close()
receiver.close()

// Output:
// received {"type":"job.completed" with 6 segments
// delivered at attempt 1
// a forged one is answered with 401
