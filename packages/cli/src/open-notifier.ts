// Who sends callbacks, and who only judges where they may go.
import { randomBytes } from 'node:crypto'
import type { Notifier } from '@ytscriptify/core'
import { webhookNotifier } from '@ytscriptify/notifier-webhook'
import type { Settings } from './settings/settings.ts'

/** @throws {TranscriptionError} `invalid_input` when a secret or an allowed host cannot be used. */
export function openNotifier(
  { callbacks: { allowHosts, allowHttp } }: Settings,
  { secretKeys }: { readonly secretKeys: readonly string[] },
): Notifier {
  return webhookNotifier({ secret: secretKeys, allowHosts, allowHttp })
}

/** For a command that makes a job with a callback, which a server or a worker will send: they have the real secret. */
export const judgingNotifier = (settings: Settings): Notifier =>
  openNotifier(settings, { secretKeys: [randomBytes(32).toString('base64url')] })
