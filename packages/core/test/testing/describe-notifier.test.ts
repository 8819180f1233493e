import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { TranscriptionError } from '../../src/errors.ts'
import type { DeliveryReceipt, Notifier } from '../../src/notifier.ts'
import {
  describeNotifier,
  type NotifierHarness,
  type ReceivedNotification,
  type ReceiverBehaviour,
} from '../../src/testing/describe-notifier.ts'
import { failuresOf } from './run-suite.ts'

const STATUSES = { takes: 204, fails: 503, refuses: 410 } as const
const FORBIDDEN_URL = 'http://169.254.169.254/latest/meta-data'

/** As small as a notifier can be: an HTTP POST to whatever is not on a list of one. */
const plainNotifier: Notifier = {
  async check(url) {
    const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
    if (!isHttp || url === FORBIDDEN_URL)
      throw new TranscriptionError('callback_refused', `"${url}" may not be called.`)
  },

  async deliver({ id, url, body }, { signal }): Promise<DeliveryReceipt> {
    signal.throwIfAborted()
    if (url === FORBIDDEN_URL) return { type: 'refused', reason: 'It may not be called.' }
    try {
      const { status } = await fetch(url, { method: 'POST', body, headers: { 'webhook-id': id }, signal })
      if (status < 300) return { type: 'delivered', status }
      return status === 410
        ? { type: 'refused', reason: 'It is gone.', status }
        : { type: 'failed', reason: `It answered ${status}.`, status }
    } catch (error) {
      signal.throwIfAborted()
      return { type: 'failed', reason: String(error) }
    }
  },
}

async function createHarness(notifier: Notifier = plainNotifier): Promise<NotifierHarness> {
  const received: ReceivedNotification[] = []
  let behaviour: ReceiverBehaviour = 'takes'
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ id: String(request.headers['webhook-id']), body })
      if (behaviour === 'takes' || behaviour === 'fails' || behaviour === 'refuses') {
        response.writeHead(STATUSES[behaviour]).end()
      }
    })
  })
  return {
    notifier,
    url: await listen(server),
    refusedUrls: [FORBIDDEN_URL],
    async behave(next) {
      behaviour = next
      if (next === 'unreachable') await close(server)
    },
    received: () => received,
    dispose: () => close(server),
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : ''
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  if (server.listening) await new Promise((resolve) => server.close(resolve))
}

describeNotifier({ runner: { describe, it }, createHarness: () => createHarness() })

describe('the suite of notifiers', () => {
  const findsFault = (change: Partial<Notifier>) =>
    failuresOf((runner) =>
      describeNotifier({ runner, createHarness: () => createHarness({ ...plainNotifier, ...change }) }),
    )

  it('finds nothing wrong with an honest notifier', async () => {
    expect(await findsFault({})).toEqual([])
  })

  it('finds a notifier that tries again by itself', async () => {
    const stubborn: Notifier['deliver'] = async (notification, options) => {
      const receipt = await plainNotifier.deliver(notification, options)
      return receipt.type === 'failed' ? plainNotifier.deliver(notification, options) : receipt
    }

    expect(await findsFault({ deliver: stubborn })).toContain(
      'a notifier an attempt is one only, whatever becomes of it',
    )
  })

  it('finds a notifier that relies on the check', async () => {
    const trusting: Notifier['deliver'] = async ({ url }) =>
      url === FORBIDDEN_URL ? { type: 'delivered', status: 200 } : { type: 'failed', reason: 'Not today.' }

    expect(await findsFault({ deliver: trusting })).toContain(
      'a notifier an attempt to a URL that may not be called is refused: no check before it can be relied on',
    )
  })

  it('finds a check that lets everything pass', async () => {
    expect(await findsFault({ check: async () => undefined })).toEqual([
      'a notifier a callback URL that may not be called is refused with a reason',
    ])
  })
})
