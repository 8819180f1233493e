// What can be set by the environment or by `.env`: one schema, and one sentence with an example for each setting.
import { resolve } from 'node:path'
import { DEFAULT_LIMITS } from '@ytscriptify/core'
import { z } from 'zod'
import { parseDatabaseUrl } from './database-url.ts'

/** The settings as the command uses them. */
export interface Settings {
  /** The SQLite file, as an absolute path. */
  readonly databaseFile: string
  readonly jobTimeoutMs: number
  readonly maxUrlsPerJob: number
  /** All traffic to YouTube goes there instead. */
  readonly youtubeBaseUrl: string | undefined
  /** How long one request to YouTube may take. */
  readonly youtubeTimeoutMs: number | undefined
  /** The mean time between the starts of two videos. */
  readonly youtubePauseMs: number | undefined
  readonly logLevel: LogLevel
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** What each setting is for, and how it is written. The order is that of `config check`. */
export const SETTINGS = {
  DATABASE_URL: { about: 'where jobs are stored', example: 'sqlite:///transcriber.db' },
  MAX_URLS_PER_JOB: { about: 'longer lists become several jobs', example: '50' },
  JOB_TIMEOUT: { about: 'seconds of work that one job may use', example: '3600' },
  YOUTUBE_BASE_URL: { about: 'a mirror or proxy that is asked instead of YouTube', example: 'https://mirror.example' },
  YOUTUBE_TIMEOUT: { about: 'seconds that one request to YouTube may take', example: '15' },
  YOUTUBE_PAUSE: { about: 'seconds between the starts of two videos, on average', example: '0.1' },
  LOG_LEVEL: { about: 'how much a worker tells: debug, info, warn or error', example: 'info' },
  NODE_ENV: { about: 'development or production', example: 'production' },
  REDIS_URL: { about: 'not needed: jobs are handed out by the database', example: 'redis://127.0.0.1:6379/0' },
} as const satisfies Record<string, { about: string; example: string }>

export type SettingName = keyof typeof SETTINGS

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)

export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName)

/** Names of the service that this one replaces. */
export const ALIASES: Partial<Record<SettingName, string>> = {
  NODE_ENV: 'FLASK_ENV',
  REDIS_URL: 'CELERY_BROKER_URL',
}

/** A timer of Node.js cannot wait longer than 24 days. */
const MAX_SECONDS = 2_000_000

const pause = z
  .string()
  .refine((text) => /^\d+(\.\d+)?$/.test(text) && Number(text) <= MAX_SECONDS, { error: 'is not a number of seconds' })
  .transform((text) => Math.round(Number(text) * 1_000))

const seconds = pause.refine((ms) => ms > 0, { error: 'must be more than 0 seconds' })

const webOrigin = z
  .url({ protocol: /^https?$/, error: 'is not an http or https URL', abort: true })
  .refine((text) => !/^https?:[/][/][^/?#]*@/i.test(text), { error: 'must not have a user name or a password' })

const count = z
  .string()
  .refine((text) => /^\d{1,6}$/.test(text) && Number(text) > 0, {
    error: 'is not a whole number from 1 to 999999',
    abort: true,
  })
  .transform(Number)

const databaseFile = z.string().transform((text, context) => {
  const url = parseDatabaseUrl(text)
  if (url.type === 'sqlite') return url.filename
  context.addIssue(url.why)
  return z.NEVER
})

const logLevel = z
  .string()
  // As Python writes it, the language of the service that this one replaces.
  .transform((text) => text.toLowerCase().replace(/^warning$/, 'warn'))
  .pipe(z.enum(LOG_LEVELS, { error: `is none of ${LOG_LEVELS.join(', ')}` }))

/** A complete environment as the command uses it; relative file names begin at `cwd`. */
export const settingsSchema = (cwd: string) =>
  z
    .object({
      DATABASE_URL: databaseFile.prefault(SETTINGS.DATABASE_URL.example),
      MAX_URLS_PER_JOB: count.default(DEFAULT_LIMITS.maxUrlsPerJob),
      JOB_TIMEOUT: seconds.default(DEFAULT_LIMITS.jobTimeoutMs),
      YOUTUBE_BASE_URL: webOrigin.optional(),
      YOUTUBE_TIMEOUT: seconds.optional(),
      YOUTUBE_PAUSE: pause.optional(),
      LOG_LEVEL: logLevel.prefault(SETTINGS.LOG_LEVEL.example),
      NODE_ENV: z.string().optional(),
      REDIS_URL: z.string().optional(),
    } satisfies Record<SettingName, z.ZodType>)
    .transform((values): Settings => ({
      databaseFile: resolve(cwd, values.DATABASE_URL),
      jobTimeoutMs: values.JOB_TIMEOUT,
      maxUrlsPerJob: values.MAX_URLS_PER_JOB,
      youtubeBaseUrl: values.YOUTUBE_BASE_URL,
      youtubeTimeoutMs: values.YOUTUBE_TIMEOUT,
      youtubePauseMs: values.YOUTUBE_PAUSE,
      logLevel: values.LOG_LEVEL,
    }))

/** What holds where a setting is not given, for people to read. */
export const DEFAULT_VALUES: Partial<Record<SettingName, string>> = {
  DATABASE_URL: SETTINGS.DATABASE_URL.example,
  MAX_URLS_PER_JOB: String(DEFAULT_LIMITS.maxUrlsPerJob),
  JOB_TIMEOUT: String(DEFAULT_LIMITS.jobTimeoutMs / 1_000),
  LOG_LEVEL: SETTINGS.LOG_LEVEL.example,
}
