// The settings as the command uses them, and the one schema that makes them of an environment.
import { basename, resolve } from 'node:path'
import { DEFAULT_OWNER } from '@ytscriptify/core'
import { parseProxyUrl, type YouTubeClient, type YouTubeProxy } from '@ytscriptify/source-youtube/options'
import { z } from 'zod'
import { parseApiKeys, type NamedKey } from './api-keys.ts'
import { parseByteSize } from './byte-size.ts'
import { parseDatabaseUrl } from './database-url.ts'
import { parseDuration } from '../output/durations.ts'
import { redisUrlProblem } from './redis-url.ts'
import { parseRouteLimits } from './route-limits.ts'
import { SETTINGS, type SettingName } from './setting-list.ts'
import { parseYouTubeClients } from './youtube-clients.ts'

export interface Settings {
  /** Whether missing and weak keys are refused. */
  readonly isProduction: boolean
  readonly database: DatabaseSettings
  /** Carries hints and shares limits, where there is one. */
  readonly redisUrl: string | undefined
  readonly jobTimeoutMs: number
  readonly maxUrlsPerJob: number
  readonly workerConcurrency: number
  readonly drainMs: number
  /** How long jobs are kept after their end, in milliseconds. */
  readonly retentionMs: number | undefined
  readonly server: ServerSettings
  /** Those that were given; without any, one is generated. */
  readonly apiKeys: readonly NamedKey[]
  /** Those that were given; without any, one is generated. */
  readonly secretKeys: readonly string[]
  readonly callbacks: CallbackSettings
  readonly sources: SourceSettings
  /** All traffic to YouTube goes there instead, but for that of yt-dlp. */
  readonly youtubeBaseUrl: string | undefined
  /** As whom YouTube is asked, in order. */
  readonly youtubeClients: readonly YouTubeClient[] | undefined
  /** What YouTube is asked through; none is the straight way. Their URLs may have passwords. */
  readonly youtubeProxies: readonly YouTubeProxy[]
  /** The variable that names them, for messages. */
  readonly proxyVariable: string
  /** How long one request to YouTube may take. */
  readonly youtubeTimeoutMs: number | undefined
  /** The mean time between the starts of two videos. */
  readonly youtubePauseMs: number | undefined
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** As an absolute path. */
  readonly logFile: string | undefined
}

export type DatabaseSettings =
  /** `file` is an absolute path. */
  | { readonly type: 'sqlite'; readonly file: string }
  | {
      readonly type: 'postgres'
      readonly connectionString: string
      /** Names it to people: host and database, never the password. */
      readonly label: string
      readonly schema: string | undefined
      /** Connections at most. */
      readonly poolSize: number
    }

/** What the database is called to people who want to find it. */
export const databaseLabel = (database: DatabaseSettings): string =>
  database.type === 'sqlite' ? database.file : database.label

/** The same in short, for people who know where they are. */
export const databaseName = (database: DatabaseSettings): string =>
  database.type === 'sqlite' ? basename(database.file) : database.label

export interface ServerSettings {
  readonly host: string
  readonly port: number
  /** Where a worker shows its health and its metrics. */
  readonly metricsPort: number | undefined
  readonly publicUrl: string | undefined
  /** Judged by the server, as are the limits. */
  readonly trustProxy: string
  readonly maxBodyBytes: number
  readonly inlineLimitBytes: number
  readonly requestLimit: string
  readonly readLimit: string
  readonly routeLimits: Readonly<Record<string, string>>
}

export interface CallbackSettings {
  /** Judged by the notifier. */
  readonly allowHosts: readonly string[]
  readonly allowHttp: boolean
  readonly inlineLimitBytes: number
  readonly concurrency: number
  readonly perReceiver: number
}

export const SOURCE_NAMES = ['youtube', 'yt-dlp', 'file'] as const
export type SourceName = (typeof SOURCE_NAMES)[number]

export interface SourceSettings {
  /** Never empty; each once. */
  readonly order: readonly SourceName[]
  /** A name, or an absolute path. */
  readonly ytDlpBinary: string
  readonly ytDlpTimeoutMs: number | undefined
  /** What it asks YouTube through. It may have a password. */
  readonly ytDlpProxy: string | undefined
  /** As an absolute path. */
  readonly subtitleFolder: string | undefined
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const LOG_FORMATS = ['auto', 'json', 'pretty'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

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

const publicUrl = webOrigin
  .refine((text) => !/[?#]/.test(text), { error: 'must end with a host or a path' })
  .transform((text) => text.replace(/\/+$/, ''))

const wholeNumber = ({ from, to }: { readonly from: number; readonly to: number }) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      error: `is not a whole number from ${from} to ${to}`,
      abort: true,
    })
    .transform(Number)

const count = wholeNumber({ from: 1, to: 999_999 })

const byteSize = z.string().transform((text, context) => {
  const bytes = parseByteSize(text)
  if (bytes !== undefined && bytes > 0) return bytes
  context.addIssue('is not a size')
  return z.NEVER
})

const yesOrNo = z.stringbool({ error: 'is neither true nor false' })

/** What a header can carry. */
const apiKey = z.string().regex(/^[\x21-\x7e]+$/, { error: 'has characters that a header cannot carry' })

const host = z.string().regex(/^[\w.:%-]+$/, { error: 'is not an address or the name of a host' })

/** Separated by commas, spaces or lines. */
export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '')

const list = z.string().transform(listOf)

const databaseUrl = z.string().transform((text, context) => {
  const url = parseDatabaseUrl(text)
  if (url.type !== 'unusable') return url
  context.addIssue(url.why)
  return z.NEVER
})

/** As it is written in SQL without quotes, so that it means the same wherever it is written. */
const schemaName = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/, {
  error: 'is not the name of a schema: small letters, digits and underscores',
})

const redisUrl = z.string().superRefine((text, context) => {
  const problem = redisUrlProblem(text)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
})

/** What is deleted sooner would be gone before its callback can be looked into. */
const MIN_RETENTION_MS = 60 * 60_000

const retention = z.string().transform((text, context) => {
  if (text.toLowerCase() === 'off') return undefined
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= MIN_RETENTION_MS) return ms
  context.addIssue(ms === undefined ? 'is neither a duration nor off' : 'is less than 1h')
  return z.NEVER
})

const apiKeys = z.string().transform((text, context) => parseApiKeys(text, (why) => context.addIssue(why)))

const routeLimits = z.string().transform((text, context) => {
  const limits = parseRouteLimits(text)
  if (limits) return limits
  context.addIssue('is not a list of METHOD /path=LIMIT, each route once')
  return z.NEVER
})

const sources = z.string().transform((text, context): readonly SourceName[] => {
  const names = listOf(text.toLowerCase())
  const known = names.flatMap((name) => SOURCE_NAMES.filter((source) => source === name))
  if (known.length === names.length && known.length > 0 && new Set(known).size === known.length) return known
  context.addIssue(`is not a list of ${SOURCE_NAMES.join(', ')}, each once`)
  return z.NEVER
})

const youtubeClients = z
  .string()
  .transform((text, context) => parseYouTubeClients(text, (why) => context.addIssue(why)) ?? z.NEVER)

/** Which of them cannot be used is told by its place: its text may have a password. */
const proxies = z.string().transform((text, context): readonly string[] => {
  const urls = listOf(text)
  const wrong = urls.findIndex((url) => !parseProxyUrl(url))
  if (wrong === -1 && urls.length > 0) return urls
  context.addIssue(`is not a list of http or https URLs${urls.length > 1 ? `: number ${wrong + 1} is none` : ''}`)
  return z.NEVER
})

/** Only a name is looked for in PATH. */
const programIn = (cwd: string, binary: string): string => (/[\\/]/.test(binary) ? resolve(cwd, binary) : binary)

const logLevel = z
  .string()
  // As Python writes it, the language of the service that this one replaces.
  .transform((text) => text.toLowerCase().replace(/^warning$/, 'warn'))
  .pipe(z.enum(LOG_LEVELS, { error: `is none of ${LOG_LEVELS.join(', ')}` }))

const logFormat = z
  .string()
  .toLowerCase()
  .pipe(z.enum(LOG_FORMATS, { error: `is none of ${LOG_FORMATS.join(', ')}` }))

/** Whoever names his environment `staging` or misspells `production` does not want default keys either. */
const isProduction = z
  .string()
  .toLowerCase()
  .transform((text) => !['development', 'test'].includes(text))

/** A complete environment as the command uses it; relative file names begin at `cwd`. */
export const settingsSchema = (cwd: string) =>
  z
    .object({
      DATABASE_URL: databaseUrl.prefault(SETTINGS.DATABASE_URL.default),
      DATABASE_SCHEMA: schemaName.optional(),
      DATABASE_POOL: wholeNumber({ from: 1, to: 1_000 }).prefault(SETTINGS.DATABASE_POOL.default),
      REDIS_URL: redisUrl.optional(),
      MAX_URLS_PER_JOB: count.prefault(SETTINGS.MAX_URLS_PER_JOB.default),
      JOB_TIMEOUT: seconds.prefault(SETTINGS.JOB_TIMEOUT.default),
      WORKER_CONCURRENCY: wholeNumber({ from: 1, to: 9_999 }).prefault(SETTINGS.WORKER_CONCURRENCY.default),
      DRAIN_TIMEOUT: pause.prefault(SETTINGS.DRAIN_TIMEOUT.default),
      RETENTION: retention.prefault(SETTINGS.RETENTION.default),
      HOST: host.prefault(SETTINGS.HOST.default),
      PORT: wholeNumber({ from: 0, to: 65_535 }).prefault(SETTINGS.PORT.default),
      METRICS_PORT: wholeNumber({ from: 0, to: 65_535 }).optional(),
      PUBLIC_URL: publicUrl.optional(),
      TRUST_PROXY: z.string().default(SETTINGS.TRUST_PROXY.default),
      MAX_BODY_SIZE: byteSize.prefault(SETTINGS.MAX_BODY_SIZE.default),
      INLINE_LIMIT: byteSize.prefault(SETTINGS.INLINE_LIMIT.default),
      API_KEY: apiKey.optional(),
      API_KEYS: apiKeys.default([]),
      SECRET_KEY: list.default([]),
      REQUEST_LIMIT: z.string().default(SETTINGS.REQUEST_LIMIT.default),
      READ_LIMIT: z.string().default(SETTINGS.READ_LIMIT.default),
      ROUTE_LIMITS: routeLimits.default({}),
      WEBHOOK_ALLOWED_HOSTS: list.default([]),
      WEBHOOK_ALLOW_HTTP: yesOrNo.prefault(SETTINGS.WEBHOOK_ALLOW_HTTP.default),
      CALLBACK_INLINE_LIMIT: byteSize.prefault(SETTINGS.CALLBACK_INLINE_LIMIT.default),
      CALLBACK_CONCURRENCY: count.prefault(SETTINGS.CALLBACK_CONCURRENCY.default),
      CALLBACK_CONCURRENCY_PER_RECEIVER: count.prefault(SETTINGS.CALLBACK_CONCURRENCY_PER_RECEIVER.default),
      SOURCES: sources.prefault(SETTINGS.SOURCES.default),
      YT_DLP_BINARY: z.string().default(SETTINGS.YT_DLP_BINARY.default),
      YT_DLP_TIMEOUT: seconds.optional(),
      SUBTITLE_FOLDER: z.string().optional(),
      YOUTUBE_BASE_URL: webOrigin.optional(),
      YOUTUBE_CLIENTS: youtubeClients.optional(),
      YOUTUBE_PROXIES: proxies.default([]),
      YOUTUBE_PROXIES_ROTATE: yesOrNo.prefault(SETTINGS.YOUTUBE_PROXIES_ROTATE.default),
      YOUTUBE_TIMEOUT: seconds.optional(),
      YOUTUBE_PAUSE: pause.optional(),
      LOG_LEVEL: logLevel.prefault(SETTINGS.LOG_LEVEL.default),
      LOG_FORMAT: logFormat.prefault(SETTINGS.LOG_FORMAT.default),
      LOG_FILE: z.string().optional(),
      NODE_ENV: isProduction.prefault(SETTINGS.NODE_ENV.default),
    } satisfies Record<SettingName, z.ZodType>)
    .superRefine(({ API_KEY, API_KEYS }, context) => {
      if (API_KEY === undefined) return
      const same = API_KEYS.find(({ name, secret }) => name === DEFAULT_OWNER || secret === API_KEY)
      if (!same) return
      const why = `has the key "${same.name}", which API_KEY gives already: its owner is "${DEFAULT_OWNER}"`
      context.addIssue({ code: 'custom', path: ['API_KEYS'], message: why })
    })
    .superRefine(({ SOURCES, SUBTITLE_FOLDER }, context) => {
      if (!SOURCES.includes('file') || SUBTITLE_FOLDER !== undefined) return
      const message = 'is needed, since SOURCES names file'
      context.addIssue({ code: 'custom', path: ['SUBTITLE_FOLDER'], message })
    })
    .transform((values): Settings => ({
      isProduction: values.NODE_ENV,
      database:
        values.DATABASE_URL.type === 'sqlite'
          ? { type: 'sqlite', file: resolve(cwd, values.DATABASE_URL.filename) }
          : { ...values.DATABASE_URL, schema: values.DATABASE_SCHEMA, poolSize: values.DATABASE_POOL },
      redisUrl: values.REDIS_URL,
      jobTimeoutMs: values.JOB_TIMEOUT,
      maxUrlsPerJob: values.MAX_URLS_PER_JOB,
      workerConcurrency: values.WORKER_CONCURRENCY,
      drainMs: values.DRAIN_TIMEOUT,
      retentionMs: values.RETENTION,
      server: {
        host: values.HOST,
        port: values.PORT,
        metricsPort: values.METRICS_PORT,
        publicUrl: values.PUBLIC_URL,
        trustProxy: values.TRUST_PROXY,
        maxBodyBytes: values.MAX_BODY_SIZE,
        inlineLimitBytes: values.INLINE_LIMIT,
        requestLimit: values.REQUEST_LIMIT,
        readLimit: values.READ_LIMIT,
        routeLimits: values.ROUTE_LIMITS,
      },
      apiKeys: [
        ...(values.API_KEY === undefined ? [] : [{ name: DEFAULT_OWNER, secret: values.API_KEY }]),
        ...values.API_KEYS,
      ],
      secretKeys: values.SECRET_KEY,
      callbacks: {
        allowHosts: values.WEBHOOK_ALLOWED_HOSTS,
        allowHttp: values.WEBHOOK_ALLOW_HTTP,
        inlineLimitBytes: values.CALLBACK_INLINE_LIMIT,
        concurrency: values.CALLBACK_CONCURRENCY,
        perReceiver: values.CALLBACK_CONCURRENCY_PER_RECEIVER,
      },
      sources: {
        order: values.SOURCES,
        ytDlpBinary: programIn(cwd, values.YT_DLP_BINARY),
        ytDlpTimeoutMs: values.YT_DLP_TIMEOUT,
        ytDlpProxy: values.YOUTUBE_PROXIES[0],
        subtitleFolder: values.SUBTITLE_FOLDER === undefined ? undefined : resolve(cwd, values.SUBTITLE_FOLDER),
      },
      youtubeBaseUrl: values.YOUTUBE_BASE_URL,
      youtubeClients: values.YOUTUBE_CLIENTS,
      youtubeProxies: values.YOUTUBE_PROXIES.map((url) => ({ url, rotates: values.YOUTUBE_PROXIES_ROTATE })),
      proxyVariable: 'YOUTUBE_PROXIES',
      youtubeTimeoutMs: values.YOUTUBE_TIMEOUT,
      youtubePauseMs: values.YOUTUBE_PAUSE,
      logLevel: values.LOG_LEVEL,
      logFormat: values.LOG_FORMAT,
      logFile: values.LOG_FILE === undefined ? undefined : resolve(cwd, values.LOG_FILE),
    }))
