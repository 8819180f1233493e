// What a process of the cluster is told: settings by environment, and for some a module that is loaded before it.

export const API_KEY = 'q7PzV0bYt3mKx9RwLs2NfD8hJc5Ga1Ue'
export const SECRET_KEY = 'Zk4TnW8vBq1XyC6pHd0RmE3sJf7Lg9Au'

export interface EnvironmentParts {
  /** Of the process, by which the witness knows it. */
  readonly name: string
  readonly databaseUrl: string
  readonly redisUrl: string | undefined
  readonly youtubeUrl: string
  readonly receiverHost: string
  /** How wrong its clock is, in milliseconds. */
  readonly clockOffsetMs: number
}

export function environmentOf(parts: EnvironmentParts): Readonly<Record<string, string>> {
  const { name, databaseUrl, redisUrl, youtubeUrl, receiverHost, clockOffsetMs } = parts
  return {
    DATABASE_URL: namedUrl(databaseUrl, name),
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    API_KEY,
    SECRET_KEY,
    READ_LIMIT: 'off',
    REQUEST_LIMIT: 'off',
    YOUTUBE_BASE_URL: youtubeUrl,
    YOUTUBE_PAUSE: '0',
    WEBHOOK_ALLOWED_HOSTS: receiverHost,
    LOG_FORMAT: 'json',
    CLOCK_OFFSET_MS: String(clockOffsetMs),
    NODE_OPTIONS: clockOffsetMs === 0 ? '' : `--import=${new URL('../shift-clock.mjs', import.meta.url).href}`,
  }
}

/**
 * The name of the process goes along with each of its connections to PostgreSQL.
 * https://www.postgresql.org/docs/current/libpq-connect.html
 */
export function namedUrl(databaseUrl: string, name: string): string {
  if (databaseUrl.startsWith('sqlite:')) return databaseUrl
  const url = new URL(databaseUrl)
  url.searchParams.set('application_name', name)
  return url.href
}
