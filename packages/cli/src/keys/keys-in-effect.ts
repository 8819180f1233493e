// The keys that a server or a worker uses: those that were given, else generated ones; in production only strong ones.
import { DEFAULT_OWNER, type InputIssue } from '@ytscriptify/core'
import type { NamedKey } from '../settings/api-keys.ts'
import { badConfiguration } from '../settings/read-settings.ts'
import type { SettingName } from '../settings/setting-list.ts'
import type { Settings } from '../settings/settings.ts'
import { generatedKeys } from './key-file.ts'
import { weaknessOf } from './weakness.ts'

export interface KeysInEffect {
  readonly apiKeys: readonly NamedKey[]
  /** The first signs. */
  readonly secretKeys: readonly string[]
  /** Where generated ones are kept, when one of them is used. */
  readonly file?: string
}

/** Who wants keys: a worker answers nobody, so it needs only what signs callbacks. */
export type KeyUse = 'server' | 'worker'

/**
 * @throws {TranscriptionError} `invalid_input` naming each key that is weak in production; and each that is missing, in
 *   production and on PostgreSQL.
 */
export async function keysInEffect(settings: Settings, { use }: { readonly use: KeyUse }): Promise<KeysInEffect> {
  if (settings.isProduction) {
    const issues = keyIssues(settings, { use })
    if (issues.length > 0) throw badConfiguration(issues)
  }
  const { apiKeys, secretKeys, database } = settings
  const isComplete = secretKeys.length > 0 && (use === 'worker' || apiKeys.length > 0)
  if (isComplete) return { apiKeys, secretKeys }
  if (database.type !== 'sqlite') throw badConfiguration(missingKeys(settings, { use }))
  const made = await generatedKeys(database.file)
  return {
    apiKeys: apiKeys.length > 0 ? apiKeys : [{ name: DEFAULT_OWNER, secret: made.apiKey }],
    secretKeys: secretKeys.length > 0 ? secretKeys : [made.secretKey],
    file: made.file,
  }
}

/** What speaks against the given keys in production. */
export function keyIssues({ apiKeys, secretKeys }: Settings, { use }: { readonly use: KeyUse }): InputIssue[] {
  return [...(use === 'server' ? apiKeyIssues(apiKeys) : []), ...secretKeyIssues(secretKeys)]
}

/** Generated keys are kept beside the database, where every process finds them. Beside PostgreSQL there is no such place. */
function missingKeys({ apiKeys, secretKeys }: Settings, { use }: { readonly use: KeyUse }): InputIssue[] {
  const why = `is not set; with PostgreSQL it must be, alike for every server and worker: ${HOW}`
  return [
    ...(use === 'server' && apiKeys.length === 0 ? [issueOf('API_KEY', `API_KEY ${why}`)] : []),
    ...(secretKeys.length === 0 ? [issueOf('SECRET_KEY', `SECRET_KEY ${why}`)] : []),
  ]
}

const HOW = 'make one with: openssl rand -base64 32'

function apiKeyIssues(keys: readonly NamedKey[]): InputIssue[] {
  if (keys.length === 0) return [issueOf('API_KEY', `API_KEY is not set; in production it must be: ${HOW}`)]
  return keys.flatMap(({ name, secret }) => {
    const weakness = weaknessOf(secret)
    return weakness === undefined ? [] : [issueOf('API_KEY', `The API key "${name}" ${weakness}; ${HOW}`)]
  })
}

function secretKeyIssues(keys: readonly string[]): InputIssue[] {
  if (keys.length === 0) return [issueOf('SECRET_KEY', `SECRET_KEY is not set; in production it must be: ${HOW}`)]
  return keys.flatMap((key, index) => {
    const weakness = weaknessOf(key.replace(/^whsec_/, ''))
    const which = keys.length > 1 ? `SECRET_KEY number ${index + 1}` : 'SECRET_KEY'
    return weakness === undefined ? [] : [issueOf('SECRET_KEY', `${which} ${weakness}; ${HOW}`)]
  })
}

const issueOf = (name: SettingName, message: string): InputIssue => ({ path: [name], code: 'invalid_input', message })
