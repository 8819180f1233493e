// A callback URL as it was understood: every spelling of an address is the same one from here on.
import { TranscriptionError } from '@ytscriptify/core'

export interface CallbackUrl {
  readonly url: URL
  /** Lower case, without brackets, and without the dot that ends an absolute name. */
  readonly hostname: string
  readonly port: number
  readonly isSecure: boolean
}

/**
 * Parses with the URL standard, which knows `2130706433`, `0x7f.1` and `①②⑦.0.0.1` for what they are.
 *
 * @throws {TranscriptionError} `callback_refused`
 */
export function callbackUrlOf(text: string): CallbackUrl {
  if (!URL.canParse(text)) throw refused('The callback is not a URL')
  const url = new URL(text)
  const { protocol } = url
  if (protocol !== 'https:' && protocol !== 'http:')
    throw refused(`The callback URL begins with ${protocol}, not https:`)
  if (url.username || url.password) {
    throw refused('The callback URL contains a user name or a password; verify the signature instead')
  }
  const isSecure = protocol === 'https:'
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  return { url, hostname: plainHostname(url.hostname), port, isSecure }
}

export const refused = (reason: string): TranscriptionError =>
  new TranscriptionError('callback_refused', `${reason}.`, { hint: HINT })

// The caller reads it, and the one who runs the server is asked: both names of the setting, the library's and the server's.
const HINT =
  'Give a public https URL, or have the host allowed: allowHosts of webhookNotifier(), WEBHOOK_ALLOWED_HOSTS of the server.'

/** `[::1]` → `::1`, `localhost.` → `localhost` */
export const plainHostname = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
