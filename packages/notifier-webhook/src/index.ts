// The public entry of @ytscriptify/notifier-webhook.
export type { Connect, ConnectTarget, JudgedSocket } from './connect-socket.ts'
export type { GuardOptions } from './guard.ts'
export type { Resolve } from './resolve-name.ts'
export { receiverSecretOf } from './signing-key.ts'
export { webhookNotifier, type WebhookNotifierOptions } from './webhook-notifier.ts'
