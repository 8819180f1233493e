// Every setting: what it is for, how it is written, and what holds without it. `config check`, `.env.example` and the
// documentation are made from this list; its order is theirs.

export interface SettingEntry {
  /** Under which heading people look for it. */
  readonly group: SettingGroup
  /** What it is, in words that fit into a table. */
  readonly about: string
  readonly example: string
  /** What holds where it is not given, as it would be written. */
  readonly default?: string
  /** Never shown. */
  readonly secret?: true
  /** Whether `NAME_FILE` may name a file that has the value. */
  readonly fromFile?: true
}

export const SETTING_GROUPS = ['Jobs', 'Server', 'Keys', 'Limits', 'Callbacks', 'YouTube', 'Logs'] as const
export type SettingGroup = (typeof SETTING_GROUPS)[number]

export const SETTINGS = {
  DATABASE_URL: {
    group: 'Jobs',
    about: 'where jobs are stored',
    example: 'sqlite:////var/lib/ytscriptify/transcriber.db',
    default: 'sqlite:///transcriber.db',
    fromFile: true,
  },
  DATABASE_SCHEMA: {
    group: 'Jobs',
    about: 'the schema of PostgreSQL that has the tables, instead of that of the connection',
    example: 'ytscriptify',
  },
  DATABASE_POOL: {
    group: 'Jobs',
    about: 'connections to PostgreSQL that one process has at most',
    example: '10',
    default: '10',
  },
  REDIS_URL: {
    group: 'Jobs',
    about: 'a Redis that wakes workers at once and shares limits between servers; not needed',
    example: 'redis://127.0.0.1:6379/0',
    fromFile: true,
  },
  MAX_URLS_PER_JOB: {
    group: 'Jobs',
    about: 'videos of one job; transcribe makes several jobs of longer lists',
    example: '50',
    default: '50',
  },
  JOB_TIMEOUT: { group: 'Jobs', about: 'seconds of work that one job may use', example: '3600', default: '3600' },
  WORKER_CONCURRENCY: {
    group: 'Jobs',
    about: 'videos that serve and worker work on at a time',
    example: '8',
    default: '4',
  },
  DRAIN_TIMEOUT: {
    group: 'Jobs',
    about: 'seconds that SIGTERM leaves to what is under way',
    example: '25',
    default: '25',
  },
  RETENTION: {
    group: 'Jobs',
    about: 'how long jobs are kept after their end; off keeps them for ever',
    example: '30d',
    default: 'off',
  },

  HOST: { group: 'Server', about: 'the address to listen on', example: '0.0.0.0', default: '127.0.0.1' },
  PORT: { group: 'Server', about: 'the port to listen on; 0 takes a free one', example: '5000', default: '5000' },
  METRICS_PORT: {
    group: 'Server',
    about: 'the port on HOST where a worker shows its health and /metrics',
    example: '9464',
  },
  PUBLIC_URL: {
    group: 'Server',
    about: 'where others reach the server; for links in callbacks',
    example: 'https://transcripts.example',
  },
  TRUST_PROXY: {
    group: 'Server',
    about: 'proxies whose X-Forwarded-For is believed',
    example: 'loopback',
    default: 'false',
  },
  MAX_BODY_SIZE: { group: 'Server', about: 'the largest request body', example: '1MB', default: '1MB' },
  INLINE_LIMIT: {
    group: 'Server',
    about: 'jobs with more text are answered with links to their transcripts',
    example: '64MB',
    default: '64MB',
  },

  API_KEY: {
    group: 'Keys',
    about: 'the key of X-API-Key; its jobs belong to "default"',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
    fromFile: true,
  },
  API_KEYS: {
    group: 'Keys',
    about: 'several keys; the name of a key owns its jobs',
    example: 'alice=SECRET,bob=SECRET',
    secret: true,
    fromFile: true,
  },
  SECRET_KEY: {
    group: 'Keys',
    about: 'signs callbacks; of several, each signs, so that receivers can change theirs',
    example: 'the output of: openssl rand -base64 32',
    secret: true,
    fromFile: true,
  },

  REQUEST_LIMIT: {
    group: 'Limits',
    about: 'how often one key may submit',
    example: '100/hour',
    default: '100/hour',
  },
  READ_LIMIT: {
    group: 'Limits',
    about: 'how often one key may ask for the rest',
    example: '600/minute',
    default: '600/minute',
  },
  ROUTE_LIMITS: {
    group: 'Limits',
    about: 'limits of single routes instead; off lifts one',
    example: 'POST /transcribe=20/minute;500/day, GET /jobs=off',
  },

  WEBHOOK_ALLOWED_HOSTS: {
    group: 'Callbacks',
    about: 'private hosts that callbacks may go to',
    example: 'n8n.internal,10.0.0.0/8',
  },
  WEBHOOK_ALLOW_HTTP: {
    group: 'Callbacks',
    about: 'whether callbacks may go to any host without TLS',
    example: 'false',
    default: 'false',
  },
  CALLBACK_INLINE_LIMIT: {
    group: 'Callbacks',
    about: 'callbacks with more text have links to the transcripts instead',
    example: '16MB',
    default: '16MB',
  },
  CALLBACK_CONCURRENCY: { group: 'Callbacks', about: 'callbacks sent at a time', example: '50', default: '50' },
  CALLBACK_CONCURRENCY_PER_RECEIVER: {
    group: 'Callbacks',
    about: 'of these, to one receiver',
    example: '10',
    default: '10',
  },

  SOURCES: {
    group: 'YouTube',
    about: 'who is asked for captions, in this order: youtube, yt-dlp, file',
    example: 'file,youtube,yt-dlp',
    default: 'youtube',
  },
  YT_DLP_BINARY: {
    group: 'YouTube',
    about: 'the program that SOURCES names yt-dlp: a name in PATH, or a file',
    example: '/usr/local/bin/yt-dlp',
    default: 'yt-dlp',
  },
  YT_DLP_TIMEOUT: {
    group: 'YouTube',
    about: 'seconds that yt-dlp may take for one video',
    example: '45',
  },
  SUBTITLE_FOLDER: {
    group: 'YouTube',
    about: 'the folder that SOURCES names file: VIDEO_ID.en.vtt, .srt and .json3',
    example: '/srv/subtitles',
  },
  YOUTUBE_BASE_URL: {
    group: 'YouTube',
    about: 'a mirror or proxy that is asked instead of YouTube',
    example: 'https://mirror.example',
  },
  YOUTUBE_CLIENTS: {
    group: 'YouTube',
    about: 'as whom YouTube is asked, in this order, each with its version if need be',
    example: 'ANDROID=21.26.364,VISIONOS,IOS,WEB',
  },
  YOUTUBE_PROXIES: {
    group: 'YouTube',
    about: 'proxies that YouTube is asked through, separated by commas, instead of HTTPS_PROXY',
    example: 'http://user:password@proxy.example:8080',
    secret: true,
    fromFile: true,
  },
  YOUTUBE_PROXIES_ROTATE: {
    group: 'YouTube',
    about: 'whether each connection through them has another address: each video gets its own then',
    example: 'true',
    default: 'false',
  },
  YOUTUBE_TIMEOUT: { group: 'YouTube', about: 'seconds that one request to YouTube may take', example: '15' },
  YOUTUBE_PAUSE: {
    group: 'YouTube',
    about: 'seconds between the starts of two videos, on average',
    example: '0.1',
  },

  LOG_LEVEL: {
    group: 'Logs',
    about: 'how much serve and worker tell: debug, info, warn or error',
    example: 'info',
    default: 'info',
  },
  LOG_FORMAT: {
    group: 'Logs',
    about: 'json or pretty; auto is pretty on a terminal',
    example: 'json',
    default: 'auto',
  },
  LOG_FILE: {
    group: 'Logs',
    about: 'a file instead of stderr; opened anew on SIGHUP',
    example: '/var/log/ytscriptify/server.log',
  },
  NODE_ENV: {
    group: 'Logs',
    about: 'production refuses missing and weak keys; so does every name but development and test',
    example: 'production',
    default: 'development',
  },
} as const satisfies Record<string, SettingEntry>

export type SettingName = keyof typeof SETTINGS

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)

export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName)

/** The entry without the exactness of its literals, for whoever goes through all of them. */
export const settingEntry = (name: SettingName): SettingEntry => SETTINGS[name]

/** Names of the service that this one replaces. */
export const ALIASES: Partial<Record<SettingName, string>> = {
  NODE_ENV: 'FLASK_ENV',
  REDIS_URL: 'CELERY_BROKER_URL',
}
