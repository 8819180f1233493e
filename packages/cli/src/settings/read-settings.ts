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
import { machineProxy } from './machine-proxy.ts'
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
  const settings = result.success && issues.length === 0 && { settings: throughMachine(result.data, origin, found) }
  return { given, issues, notices, ...settings }
}

/** What somebody must hear who believes that his proxy is asked. */
export const unusedProxy = (origin: SettingsOrigin): string | undefined => unusedProxyIn(origin, findGiven(origin))

/** Without proxies of their own, sources go through the one that the machine has for everybody. */
function throughMachine(settings: Settings, { env }: SettingsOrigin, { given, dotenv }: FoundValues): Settings {
  const { youtubeProxies, youtubeBaseUrl, sources } = settings
  if (youtubeProxies.length > 0)
    return { ...settings, proxyVariable: given.YOUTUBE_PROXIES?.variable ?? settings.proxyVariable }
  const proxyTo = (target: string) => {
    const proxy = machineProxy({ target: new URL(target), environments: [env, dotenv] })
    return proxy && 'url' in proxy ? proxy : undefined
  }
  const forUs = proxyTo(youtubeBaseUrl ?? YOUTUBE)
  const forYtDlp = proxyTo(YOUTUBE)
  return {
    ...settings,
    youtubeProxies: forUs ? [{ url: forUs.url }] : [],
    proxyVariable: (forUs ?? forYtDlp)?.name ?? settings.proxyVariable,
    sources: { ...sources, ytDlpProxy: forYtDlp?.url },
  }
}

const YOUTUBE = 'https://www.youtube.com'

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
  YOUTUBE_CLIENTS,
  YOUTUBE_PROXIES,
  YOUTUBE_PROXIES_ROTATE,
}: GivenSettings): string[] {
  const order = listOf((SOURCES?.value ?? SETTINGS.SOURCES.default).toLowerCase())
  const unused = [
    ...(order.includes('yt-dlp') ? [] : [YT_DLP_BINARY, YT_DLP_TIMEOUT]),
    ...(order.includes('file') ? [] : [SUBTITLE_FOLDER]),
    ...(order.includes('youtube') ? [] : [YOUTUBE_CLIENTS, YOUTUBE_PROXIES_ROTATE]),
    ...(order.includes('youtube') || order.includes('yt-dlp') ? [] : [YOUTUBE_PROXIES]),
  ].filter((setting) => setting !== undefined)
  const notices = unused.map(({ variable }) => `${variable} is not used: SOURCES is ${order.join(',')}.`)
  if (!YOUTUBE_BASE_URL || !order.includes('yt-dlp')) return notices
  return [...notices, `${YOUTUBE_BASE_URL.variable} does not concern yt-dlp, which asks YouTube itself.`]
}

/** The older service could have its work handed out by others than Redis. Nobody else has to, here. */
const isForeignBroker = ({ variable, value }: GivenSetting): boolean =>
  variable.startsWith('CELERY_BROKER_URL') && !isRedisUrl(value)

function unusedProxyIn({ env }: SettingsOrigin, { given, dotenv }: FoundValues): string | undefined {
  if (given.YOUTUBE_PROXIES) return undefined
  const proxy = machineProxy({ target: new URL(YOUTUBE), environments: [env, dotenv] })
  return proxy && 'notice' in proxy ? proxy.notice : undefined
}
