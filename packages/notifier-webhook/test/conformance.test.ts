// A webhook is a notifier like any other: the suite of the interface, with a receiver on loopback.
import type { RequestListener } from 'node:http'
import { describeNotifier, type ReceiverBehaviour } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { webhookNotifier } from '../src/index.ts'
import { startReceiver } from './support/receiver.ts'

const LISTENERS: Record<Exclude<ReceiverBehaviour, 'unreachable'>, RequestListener> = {
  takes: (_request, response) => response.writeHead(204).end(),
  fails: (_request, response) => response.writeHead(503).end('later'),
  refuses: (_request, response) => response.writeHead(410).end(),
  hangs: () => {},
}

describeNotifier({
  runner: { describe, it },
  async createHarness() {
    const receiver = await startReceiver()
    return {
      notifier: webhookNotifier({ secret: 'a secret of some length', allowHosts: [`127.0.0.1:${receiver.port}`] }),
      url: `${receiver.origin}/callback?run=1`,
      refusedUrls: ['http://127.0.0.1:1/', 'https://169.254.169.254/', 'https://user:pass@example.com/', 'nonsense'],
      async behave(behaviour) {
        if (behaviour === 'unreachable') return receiver.stop()
        receiver.answer(LISTENERS[behaviour])
      },
      received: () => receiver.received.map(({ headers, body }) => ({ id: String(headers['webhook-id']), body })),
      dispose: () => receiver.stop(),
    }
  },
})
