// Secrets, as the Standard Webhooks specification writes them and as people do.
import { invalidOption } from './invalid-option.ts'

const PREFIX = 'whsec_'
const SHORTEST_TEXT_BYTES = 16

/** @throws {TranscriptionError} `invalid_input`, never quoting the secret. */
export function signingKeysOf(secret: string | readonly string[]): readonly Buffer[] {
  const secrets = typeof secret === 'string' ? [secret] : secret
  if (secrets.length === 0) throw invalidOption(['secret'], 'give at least one')
  return secrets.map(signingKeyOf)
}

/**
 * A secret as a receiver writes it, for the `standardwebhooks` package of any language: `whsec_` and the base64 of the
 * key. A secret that is written like that already stays what it is.
 *
 * @throws {TranscriptionError} `invalid_input` for a weak secret, or one that is damaged.
 */
export const receiverSecretOf = (secret: string): string => PREFIX + signingKeyOf(secret).toString('base64')

function signingKeyOf(secret: string): Buffer {
  if (secret.startsWith(PREFIX)) return decodedKey(secret.slice(PREFIX.length))
  const key = Buffer.from(secret, 'utf8')
  if (key.length >= SHORTEST_TEXT_BYTES) return key
  throw invalidOption(
    ['secret'],
    `${key.length} bytes are too few; take ${SHORTEST_TEXT_BYTES} or more, chosen at random`,
  )
}

function decodedKey(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64')
  // Decoding skips what is no base64, so that a damaged secret would be another one.
  if (/^[A-Za-z\d+/]+={0,2}$/.test(base64) && key.length >= 24 && key.length <= 64) return key
  throw invalidOption(['secret'], `after ${PREFIX} comes the base64 of 24 to 64 bytes`)
}
