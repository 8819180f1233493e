// Callbacks over HTTP: signed by the Standard Webhooks specification, and never to an address that is not public.
import type { IncomingMessage } from 'node:http'
import {
  createAbortListeners,
  systemClock,
  type Clock,
  type DeliveryReceipt,
  type Notification,
  type Notifier,
} from '@ytscriptify/core'
import { callbackUrlOf } from './callback-url.ts'
import { connectSocket, type Connect } from './connect-socket.ts'
import type { Connection } from './connection.ts'
import { startDeadline, type Deadline } from './deadline.ts'
import { createGuard, type GuardOptions } from './guard.ts'
import { createIdleConnections } from './idle-connections.ts'
import { invalidOption } from './invalid-option.ts'
import { createConnector } from './open-connection.ts'
import { receiptOfAnswer, receiptOfError } from './receipt.ts'
import { systemResolver, type Resolve } from './resolve-name.ts'
import { sendRequest } from './send-request.ts'
import { signingKeysOf } from './signing-key.ts'
import { signedMessageOf } from './signed-message.ts'
import { skipBody } from './skip-body.ts'

export interface WebhookNotifierOptions extends GuardOptions {
  /**
   * What callbacks are signed with: `whsec_` and the base64 of 24 to 64 bytes, or any text of at least 16 bytes. Of
   * several the first signs first, and all signatures are sent, so that receivers can change theirs at their own time.
   */
  readonly secret: string | readonly string[]
  /** How long finding and reaching a receiver may take, TLS included, in milliseconds. @default 5 s */
  readonly connectTimeoutMs?: number
  /** How long an attempt may take until the receiver has answered, connecting included, in milliseconds. @default 15 s */
  readonly timeoutMs?: number
  /** The addresses of a name. Each is judged, and only those are connected to. @default as the system resolves */
  readonly resolve?: Resolve
  /**
   * Opens the connections, to a proxy that filters for example. It must connect to `addresses` and to nothing else; where
   * its socket has a `remoteAddress`, that is judged again. A socket of `node:net` or `node:tls` that leads to one of the
   * `addresses` may carry later callbacks, too, any other carries one. @default TCP, with TLS for https
   */
  readonly connect?: Connect
  /** For tests: the process's own time. @default the system's */
  readonly clock?: Clock
}

/**
 * Calls the callback URLs of jobs, with the headers and the signature of
 * [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 *
 * @throws {TranscriptionError} `invalid_input` for a weak secret, or an option that cannot be understood.
 */
export function webhookNotifier(options: WebhookNotifierOptions): Notifier {
  const { secret, connectTimeoutMs = 5_000, timeoutMs = 15_000, clock = systemClock } = options
  const { resolve = systemResolver(), connect = connectSocket } = options
  for (const [name, value] of Object.entries({ connectTimeoutMs, timeoutMs })) assertDuration(name, value)
  const keys = signingKeysOf(secret)
  const guard = createGuard(options)
  const onAbort = createAbortListeners()

  const open = createConnector({ guard, resolve, connect, idle: createIdleConnections(clock) })
  const connecting = { timeoutMs: connectTimeoutMs, what: 'no connection' }
  const answering = { timeoutMs, what: 'no answer' }

  /** Until the head of an answer is there. */
  async function exchange({ id, url, body }: Notification, deadline: Deadline): Promise<Exchange> {
    const { signal } = deadline
    const callback = callbackUrlOf(url)
    // Before connecting: nobody listens to a connection that waits for a large body to be signed.
    const message = await signedMessageOf({ id, body, keys, now: clock.now(), signal })

    async function sendOver(connection: Connection): Promise<Exchange> {
      try {
        return { connection, answer: await sendRequest(message, { url: callback.url, connection, signal }) }
      } catch (error) {
        connection.close()
        throw error
      }
    }

    const connection = await deadline.within(connecting, () => open(callback, { signal }))
    try {
      return await sendOver(connection)
    } catch (error) {
      if (!connection.wasStale(error)) throw error
      // The receiver closed it just when we took it. Once more, and only once: a new one cannot be stale.
      return sendOver(await deadline.within(connecting, () => open(callback, { signal, anew: true })))
    }
  }

  async function receiptOf(notification: Notification, deadline: Deadline): Promise<DeliveryReceipt> {
    const { connection, answer } = await deadline.within(answering, () => exchange(notification, deadline))
    await skipBody(answer, deadline)
    connection.end()
    return receiptOfAnswer({ status: answer.statusCode, headers: answer.headers, now: clock.now() })
  }

  return {
    async check(url) {
      const callback = callbackUrlOf(url)
      await guard.assertAllowed(callback, { resolve, clock, timeoutMs: connectTimeoutMs })
    },

    async deliver(notification, { signal }) {
      signal.throwIfAborted()
      const deadline = startDeadline(clock)
      const stopListening = onAbort(signal, () => deadline.abort(signal.reason))
      try {
        return await receiptOf(notification, deadline)
      } catch (error) {
        signal.throwIfAborted()
        return receiptOfError(error)
      } finally {
        stopListening()
        deadline.end()
      }
    },
  }
}

interface Exchange {
  readonly connection: Connection
  readonly answer: IncomingMessage
}

function assertDuration(name: string, value: number): void {
  if (!(value > 0)) throw invalidOption([name], `${value} is no duration in milliseconds`)
}
