// The settings, complete and checked: what was given, then the defaults. All mistakes are told at once.
import { TranscriptionError, type InputIssue } from '@ytscriptify/core'
import { parseDatabaseUrl } from './database-url.ts'
import {
  findGiven,
  type FoundValues,
  type GivenSetting,
  type GivenSettings,
  type SettingsOrigin,
} from './given-settings.ts'
import { isRedisUrl, schemeOf } from './redis-url.ts'
import { shownValue } from './redacted.ts'
import { SETTINGS, isSettingName, settingEntry } from './setting-list.ts'
import { listOf, settingsSchema, type Settings } from './settings.ts'

export interface FoundSettings {
  readonly given: GivenSettings
  /** Absent when something is wrong. */
  readonly settings?: Settings
  readonly issues: readonly InputIssue[]
  /** What is understood but makes no difference. */
  readonly notices: readonly string[]
}

/**
 * The settings, complete and checked.
 *
 * @throws {TranscriptionError} `invalid_input` with an issue for each mistake.
 */
export function readSettings(origin: SettingsOrigin): Settings {
  const { settings, issues } = findSettings(origin)
  if (settings) return settings
  throw badConfiguration(issues)
}

export function badConfiguration(issues: readonly InputIssue[]): TranscriptionError {
  const [first, ...others] = issues
  const message = others.length > 0 ? `The configuration has ${issues.length} mistakes.` : (first?.message ?? '')
  return new TranscriptionError('invalid_input', message, {
    issues,
    hint: 'Correct them in the environment or in .env; `ytscriptify config check` shows what is in effect.',
  })
}

/** Everything about the settings, mistakes included. */
export function findSettings(origin: SettingsOrigin): FoundSettings {
  const found = findGiven(origin)
  const { given } = found
  const used = Object.entries(given).filter(([, setting]) => !isForeignBroker(setting))
  const values = Object.fromEntries(used.map(([name, { value }]) => [name, value]))
  const result = settingsSchema(origin.cwd).safeParse(values)
  const mistakes = (result.error?.issues ?? []).map(({ path, message }) => mistakeOf(String(path[0]), message, given))
  const issues = [...found.issues, ...mistakes]
  const notices = noticesOf(origin, found)
  return { given, issues, notices, ...(result.success && issues.length === 0 && { settings: result.data }) }
}

/** What somebody must hear who believes that his proxy is asked. */
export const unusedProxy = (origin: SettingsOrigin): string | undefined => unusedProxyIn(origin, findGiven(origin))

/** `JOB_TIMEOUT="soon" (.env) is not a number of seconds; write it like JOB_TIMEOUT=3600` */
export function mistakeOf(name: string, why: string, given: GivenSettings): InputIssue {
  if (!isSettingName(name)) return { path: [name], code: 'invalid_input', message: `${name} ${why}` }
  const setting = given[name]
  const { example, secret } = settingEntry(name)
  const value = setting && !secret ? `="${shownValue(name, setting.value)}"` : ''
  const found = setting ? `${setting.variable}${value} (${setting.place})` : name
  return { path: [name], code: 'invalid_input', message: `${found} ${why}; write it like ${name}=${example}` }
}

function noticesOf(origin: SettingsOrigin, found: FoundValues): string[] {
  const { given, dotenv } = found
  const notices: string[] = []
  const { REDIS_URL: redis, DATABASE_SCHEMA: schema, DATABASE_URL: database } = given
  if (redis && isForeignBroker(redis))
    notices.push(
      `${redis.variable} names ${schemeOf(redis.value)}, which is not used: the database hands out the work.`,
    )
  if (schema && parseDatabaseUrl(database?.value ?? '').type !== 'postgres')
    notices.push(`${schema.variable} is not used: SQLite has no schemas.`)
  if (origin.env['CELERY_RESULT_BACKEND'] || dotenv['CELERY_RESULT_BACKEND'])
    notices.push('CELERY_RESULT_BACKEND is not needed: results are kept in the database.')
  notices.push(...sourceNoticesOf(given))
  const proxyNotice = unusedProxyIn(origin, found)
  return proxyNotice === undefined ? notices : [...notices, proxyNotice]
}

/** Settings of sources that nobody asks, and one that does not reach all that are asked. */
function sourceNoticesOf({
  SOURCES,
  YT_DLP_BINARY,
  YT_DLP_TIMEOUT,
  SUBTITLE_FOLDER,
  YOUTUBE_BASE_URL,
}: GivenSettings): string[] {
  const order = listOf((SOURCES?.value ?? SETTINGS.SOURCES.default).toLowerCase())
  const unused = [
    ...(order.includes('yt-dlp') ? [] : [YT_DLP_BINARY, YT_DLP_TIMEOUT]),
    ...(order.includes('file') ? [] : [SUBTITLE_FOLDER]),
  ].filter((setting) => setting !== undefined)
  const notices = unused.map(({ variable }) => `${variable} is not used: SOURCES is ${order.join(',')}.`)
  if (!YOUTUBE_BASE_URL || !order.includes('yt-dlp')) return notices
  return [...notices, `${YOUTUBE_BASE_URL.variable} does not concern yt-dlp, which asks YouTube itself.`]
}

/** The older service could have its work handed out by others than Redis. Nobody else has to, here. */
const isForeignBroker = ({ variable, value }: GivenSetting): boolean =>
  variable.startsWith('CELERY_BROKER_URL') && !isRedisUrl(value)

/** Newer versions of Node.js use it themselves when told so: https://nodejs.org/api/cli.html#node_use_env_proxy1 */
function unusedProxyIn({ env }: SettingsOrigin, { dotenv }: FoundValues): string | undefined {
  if (env['NODE_USE_ENV_PROXY'] === '1') return undefined
  const name = ['HTTPS_PROXY', 'https_proxy'].find((variable) => [env[variable], dotenv[variable]].some(Boolean))
  return name && `${name} is not used by this version.`
}
