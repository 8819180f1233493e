// Whoever is called back: a receiver as people run them, with a journal of its own that only grows.
import { once } from 'node:events'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'

/** One callback that arrived, as a line of the journal. */
export interface Receipt {
  readonly webhookId: string
  readonly body: string
  /** What the `standardwebhooks` package says of the signature, whatever our clocks say. */
  readonly isSigned: boolean
}

export interface CallbackReceiver {
  readonly url: string
  /** As WEBHOOK_ALLOWED_HOSTS names it. */
  readonly host: string
  /** What has arrived, read from the journal. */
  receipts(): readonly Receipt[]
  /** How many callbacks have arrived, copies counted once. */
  arrived(): number
  close(): Promise<void>
}

export interface ReceiverOptions {
  /** The journal: written before a callback is answered. */
  readonly journal: string
  readonly secret: string
  /** How long each answer takes, in milliseconds: time for a sender to die in. @default 0 */
  readonly latencyMs?: number
}

export async function startCallbackReceiver({
  journal,
  secret,
  latencyMs = 0,
}: ReceiverOptions): Promise<CallbackReceiver> {
  const webhook = new Webhook(`whsec_${Buffer.from(secret).toString('base64')}`)
  const ids = new Set<string>()
  writeFileSync(journal, '')

  const server = createServer((request, response) => {
    text(request).then(
      async (body) => {
        const receipt: Receipt = {
          webhookId: String(request.headers['webhook-id']),
          body,
          isSigned: isSigned(webhook, request.headers, body),
        }
        appendFileSync(journal, `${JSON.stringify(receipt)}\n`)
        ids.add(receipt.webhookId)
        if (latencyMs > 0) await delay(latencyMs)
        response.writeHead(204).end()
      },
      // The sender died while it was sending: nothing has arrived.
      () => response.destroy(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

  return {
    url: `http://${host}/hook`,
    host,
    arrived: () => ids.size,
    receipts: () =>
      readFileSync(journal, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Receipt),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Signed anew and compared, since `verify` also refuses what is not of these minutes, and here clocks are wrong on purpose. */
function isSigned(webhook: Webhook, headers: IncomingHttpHeaders, body: string): boolean {
  const sentAt = new Date(Number(headers['webhook-timestamp']) * 1_000)
  const signature = webhook.sign(String(headers['webhook-id']), sentAt, body)
  return String(headers['webhook-signature']).split(' ').includes(signature)
}
