// Finds the settings: the environment, then `.env` of the working directory, then the defaults. All mistakes at once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { TranscriptionError, type InputIssue } from '@ytscriptify/core'
import { redacted } from './redacted.ts'
import {
  ALIASES,
  SETTINGS,
  SETTING_NAMES,
  isSettingName,
  settingsSchema,
  type SettingName,
  type Settings,
} from './settings.ts'

/** A setting that was given, and where. */
export interface GivenSetting {
  readonly value: string
  /** As it was written there: the name of the setting, or its alias. */
  readonly variable: string
  readonly place: 'environment' | '.env'
}

export interface FoundSettings {
  readonly given: Partial<Record<SettingName, GivenSetting>>
  /** Absent when something is wrong. */
  readonly settings?: Settings
  readonly issues: readonly InputIssue[]
  /** What is understood but makes no difference. */
  readonly notices: readonly string[]
}

export interface SettingsOrigin {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/**
 * The settings, complete and checked.
 *
 * @throws {TranscriptionError} `invalid_input` with an issue for each mistake.
 */
export function readSettings(origin: SettingsOrigin): Settings {
  const { settings, issues } = findSettings(origin)
  if (settings) return settings
  const [first, ...others] = issues
  const message = others.length > 0 ? `The configuration has ${issues.length} mistakes.` : (first?.message ?? '')
  throw new TranscriptionError('invalid_input', message, {
    issues,
    hint: 'Correct them in the environment or in .env; `ytscriptify config check` shows what is in effect.',
  })
}

/** Everything about the settings, mistakes included. */
export function findSettings({ env, cwd }: SettingsOrigin): FoundSettings {
  const dotenv = readDotenv(cwd)
  const given = givenSettings({ env, dotenv: dotenv.values })
  const values = Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value]))
  const result = settingsSchema(cwd).safeParse(values)
  const mistakes = (result.error?.issues ?? []).map(({ path, message }) => mistakeOf(String(path[0]), message, given))
  const issues = [...dotenv.issues, ...mistakes]
  const proxyNotice = unusedProxyIn({ env, dotenv: dotenv.values })
  const notices = [
    ...noticesOf({ env, dotenv: dotenv.values, given }),
    ...(proxyNotice === undefined ? [] : [proxyNotice]),
  ]
  return { given, issues, notices, ...(result.success && issues.length === 0 && { settings: result.data }) }
}

/** What somebody must hear who believes that his proxy is asked. */
export const unusedProxy = ({ env, cwd }: SettingsOrigin): string | undefined =>
  unusedProxyIn({ env, dotenv: readDotenv(cwd).values })

type Values = Readonly<Record<string, string | undefined>>

function readDotenv(cwd: string): { readonly values: Values; readonly issues: readonly InputIssue[] } {
  const file = join(cwd, '.env')
  try {
    // Editors on Windows begin a file with a byte order mark, which would become part of the first name.
    const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '')
    return { values: parseEnv(text), issues: [] }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    if (error.code === 'ENOENT') return { values: {}, issues: [] }
    const message = `${file} cannot be read: ${error.message}`
    return { values: {}, issues: [{ path: ['.env'], code: 'invalid_input', message }] }
  }
}

function givenSettings(places: { env: Values; dotenv: Values }): Partial<Record<SettingName, GivenSetting>> {
  const found = SETTING_NAMES.map((name) => [name, lookUp(name, places)] as const)
  return Object.fromEntries(found.filter(([, setting]) => setting !== undefined))
}

/** The real environment wins over `.env`, and a name of ours over its alias. An empty value counts as none. */
function lookUp(name: SettingName, { env, dotenv }: { env: Values; dotenv: Values }): GivenSetting | undefined {
  for (const variable of [name, ALIASES[name]]) {
    if (variable === undefined) continue
    const fromEnvironment = env[variable]?.trim()
    if (fromEnvironment) return { value: fromEnvironment, variable, place: 'environment' }
    const fromFile = dotenv[variable]?.trim()
    if (fromFile) return { value: fromFile, variable, place: '.env' }
  }
  return undefined
}

/** `JOB_TIMEOUT="soon" (.env) is not a number of seconds; write it like JOB_TIMEOUT=3600` */
function mistakeOf(name: string, why: string, given: FoundSettings['given']): InputIssue {
  const setting = isSettingName(name) ? given[name] : undefined
  const found = setting ? `${setting.variable}="${redacted(setting.value)}" (${setting.place})` : name
  const example = isSettingName(name) ? `; write it like ${name}=${SETTINGS[name].example}` : ''
  return { path: [name], code: 'invalid_input', message: `${found} ${why}${example}` }
}

function noticesOf({ env, dotenv, given }: { env: Values; dotenv: Values; given: FoundSettings['given'] }): string[] {
  const notices: string[] = []
  if (given.REDIS_URL) notices.push(`${given.REDIS_URL.variable} is not needed: the database hands out the work.`)
  if (env['CELERY_RESULT_BACKEND'] || dotenv['CELERY_RESULT_BACKEND'])
    notices.push('CELERY_RESULT_BACKEND is not needed: results are kept in the database.')
  return notices
}

/** Newer versions of Node.js use it themselves when told so: https://nodejs.org/api/cli.html#node_use_env_proxy1 */
function unusedProxyIn({ env, dotenv }: { env: Values; dotenv: Values }): string | undefined {
  if (env['NODE_USE_ENV_PROXY'] === '1') return undefined
  const name = ['HTTPS_PROXY', 'https_proxy'].find((variable) => [env[variable], dotenv[variable]].some(Boolean))
  return name && `${name} is not used by this version.`
}
