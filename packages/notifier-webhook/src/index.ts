// The public entry of @ytscriptify/notifier-webhook.
export type { Connect, ConnectTarget } from './connect-socket.ts'
export type { Resolve } from './resolve-name.ts'
export { receiverSecretOf } from './signing-key.ts'
export { webhookNotifier, type WebhookNotifierOptions } from './webhook-notifier.ts'
