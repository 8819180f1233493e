// Where jobs are stored, written as SQLAlchemy and others write it: DATABASE_URL.
// https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls
import { fileURLToPath } from 'node:url'

export type DatabaseUrl =
  | { readonly type: 'sqlite'; readonly filename: string }
  /** `connectionString` is as node-postgres reads it; `label` names the database without its password. */
  | { readonly type: 'postgres'; readonly connectionString: string; readonly label: string }
  /** `why` follows the value in a sentence: `is not …`. */
  | { readonly type: 'unusable'; readonly why: string }

/** Reads a DATABASE_URL. A relative file name stays relative. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?:/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'postgresql' || scheme === 'postgres') return postgresUrl(text)
  if (scheme === 'file') return fileUrl(text)
  if (scheme === 'sqlite') return sqliteUrl(text)
  return unusable('is the URL of neither a SQLite nor a PostgreSQL database')
}

/** `sqlite:///relative`, `sqlite:////absolute`, `sqlite:path`. What follows a `?` are options of other libraries. */
function sqliteUrl(text: string): DatabaseUrl {
  const location = withoutOptions(text.slice(text.indexOf(':') + 1))
  if (location === '' || location === '//' || location.endsWith(':memory:'))
    return unusable('is a database in memory, which would be gone when the command ends; name a file')
  if (!location.startsWith('//')) return { type: 'sqlite', filename: location }
  if (!location.startsWith('///'))
    return unusable('has two slashes; write three before a relative file name, four before an absolute one')
  return location === '///' ? unusable('names no file') : { type: 'sqlite', filename: location.slice('///'.length) }
}

/** `file:relative`, `file:///absolute`. */
function fileUrl(text: string): DatabaseUrl {
  const location = withoutOptions(text)
  if (!location.startsWith('file://')) {
    const filename = location.slice('file:'.length)
    return filename === '' ? unusable('names no file') : { type: 'sqlite', filename }
  }
  try {
    return { type: 'sqlite', filename: fileURLToPath(location) }
  } catch {
    return unusable('is not the URL of a file on this machine')
  }
}

/** `postgresql+psycopg2://user:password@host/database?sslmode=require`: the driver that is named is another language's. */
function postgresUrl(text: string): DatabaseUrl {
  // A socket has no host before the path, but after it: `postgresql://user@/database?host=/run/postgresql`. The URL of a browser
  // needs one, and node-postgres takes the one after it.
  const plain = text.replace(/^[^:]*:/, 'postgresql:').replace(/^(postgresql:\/\/[^/?#]*@)\//, '$1localhost/')
  if (!plain.startsWith('postgresql://') || !URL.canParse(plain))
    return unusable(
      'is not the URL of a PostgreSQL database; in user and password, write @ : / ? # as %40 %3A %2F %3F %23',
    )
  if (/^postgresql:\/\/[^/?]*,/.test(plain)) return unusable('names several hosts; name the primary server')
  const url = new URL(plain)
  const mode = url.searchParams.get('sslmode')
  if (mode !== null && !SSL_MODES.has(mode))
    return unusable(`has an sslmode that is none of ${[...SSL_MODES].join(', ')}`)
  // sslmode as libpq means it, so as every other client does: without this, node-postgres takes `require` for `verify-full`.
  // https://node-postgres.com/features/ssl
  if (mode !== null && !url.searchParams.has('uselibpqcompat')) url.searchParams.set('uselibpqcompat', 'true')
  return { type: 'postgres', connectionString: url.href, label: postgresLabel(url) }
}

const SSL_MODES: ReadonlySet<string> = new Set([
  'disable',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
  'no-verify',
])

/** `db.example/transcriber`: enough to know which one is meant, and nothing that must not be read. */
function postgresLabel(url: URL): string {
  const host = url.host === '' ? (url.searchParams.get('host') ?? 'localhost') : url.host
  return `${host}/${decoded(url.pathname.slice(1)) || decoded(url.username)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const withoutOptions = (location: string): string => location.replace(/\?.*$/s, '')

const unusable = (why: string): DatabaseUrl => ({ type: 'unusable', why })
