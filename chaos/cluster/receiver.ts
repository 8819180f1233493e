// Whoever is called back: a receiver as people run them, with a journal of its own that only grows.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import type { Journal } from './journal.ts'

/** One callback that arrived, as an entry of the journal. */
export interface Receipt {
  readonly what: 'received'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly webhookId: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What the `standardwebhooks` package says of the signature, whatever our clocks say. */
  readonly isSigned: boolean
  readonly answer: ReceiverAnswer['how']
}

/** `take`: 204, `fail`: 500, `hang`: no answer, until the sender goes away. */
export interface ReceiverAnswer {
  readonly how: 'take' | 'fail' | 'hang'
  /** Time for a sender to die in, in milliseconds. @default 0 */
  readonly afterMs?: number
}

export interface CallbackReceiver {
  readonly url: string
  /** As WEBHOOK_ALLOWED_HOSTS names it. */
  readonly host: string
  /** How many callbacks have arrived, copies counted once. */
  arrived(): number
  close(): Promise<void>
}

export interface ReceiverOptions {
  /** Written before a callback is answered. */
  readonly journal: Pick<Journal<Receipt>, 'write'>
  readonly secret: string
  /** What it does with the next callback. @default it takes all */
  readonly behave?: () => ReceiverAnswer
}

export async function startCallbackReceiver({
  journal,
  secret,
  behave = () => ({ how: 'take' }),
}: ReceiverOptions): Promise<CallbackReceiver> {
  const webhook = new Webhook(`whsec_${Buffer.from(secret).toString('base64')}`)
  const ids = new Set<string>()

  const server = createServer((request, response) => {
    text(request).then(
      async (body) => {
        const { how, afterMs = 0 } = behave()
        const webhookId = String(request.headers['webhook-id'])
        journal.write({
          what: 'received',
          at: Date.now(),
          webhookId,
          headers: request.headers,
          body,
          isSigned: isSigned(webhook, request.headers, body),
          answer: how,
        })
        ids.add(webhookId)
        if (afterMs > 0) await delay(afterMs)
        if (how !== 'hang') response.writeHead(how === 'take' ? 204 : 500).end()
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
