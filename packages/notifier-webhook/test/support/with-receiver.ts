// A receiver for one test, and the notifier that may call it.
import { onTestFinished } from 'vitest'
import { webhookNotifier, type WebhookNotifierOptions } from '../../src/index.ts'
import { startReceiver } from './receiver.ts'
import { SECRET, never, notificationTo } from './stage.ts'

export async function withReceiver(options: Partial<WebhookNotifierOptions> = {}) {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.stop())
  const notifier = webhookNotifier({ secret: SECRET, allowHosts: ['127.0.0.1'], ...options })
  const deliver = (body = '{}') =>
    notifier.deliver(notificationTo(`${receiver.origin}/callback`, { body }), { signal: never() })
  return { receiver, notifier, deliver }
}
