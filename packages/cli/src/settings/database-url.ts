// Where jobs are stored, written as SQLAlchemy and others write it: DATABASE_URL.
// https://docs.sqlalchemy.org/en/20/core/engines.html#sqlite
import { fileURLToPath } from 'node:url'

export type DatabaseUrl =
  | { readonly type: 'sqlite'; readonly filename: string }
  /** `why` follows the value in a sentence: `is not …`. */
  | { readonly type: 'unusable'; readonly why: string }

/** Reads a DATABASE_URL. A relative file name stays relative. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const scheme = /^([a-z][a-z0-9]*)(?:\+[a-z0-9]+)?:/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'postgresql' || scheme === 'postgres')
    return unusable(
      'names a PostgreSQL database, which is not available in this version of the command; use a SQLite file',
    )
  if (scheme === 'file') return fileUrl(text)
  if (scheme === 'sqlite') return sqliteUrl(text)
  return unusable('is not the URL of a SQLite database')
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

const withoutOptions = (location: string): string => location.replace(/\?.*$/s, '')

const unusable = (why: string): DatabaseUrl => ({ type: 'unusable', why })
