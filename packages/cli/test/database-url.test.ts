import { describe, expect, it } from 'vitest'
import { parseDatabaseUrl } from '../src/settings/database-url.ts'

describe('DATABASE_URL', () => {
  it.each([
    ['sqlite:///transcriber.db', 'transcriber.db'],
    ['sqlite:///data/transcriber.db', 'data/transcriber.db'],
    ['sqlite:////var/lib/transcriber.db', '/var/lib/transcriber.db'],
    ['sqlite:///C:\\data\\transcriber.db', 'C:\\data\\transcriber.db'],
    ['sqlite:///transcriber.db?check_same_thread=False', 'transcriber.db'],
    ['sqlite+pysqlite:///transcriber.db', 'transcriber.db'],
    ['sqlite:transcriber.db', 'transcriber.db'],
    ['sqlite:/var/lib/transcriber.db', '/var/lib/transcriber.db'],
    ['file:transcriber.db', 'transcriber.db'],
    ['file:///var/lib/a%20b.db', '/var/lib/a b.db'],
  ])('%s names the file %s', (url, filename) => {
    expect(parseDatabaseUrl(url)).toEqual({ type: 'sqlite', filename })
  })

  it.each([
    ['sqlite://', 'in memory'],
    ['sqlite:///:memory:', 'in memory'],
    ['sqlite://transcriber.db', 'two slashes'],
    ['sqlite:///', 'names no file'],
    ['file:', 'names no file'],
    ['file://elsewhere/transcriber.db', 'is not the URL of a file on this machine'],
    ['postgresql://me@localhost/db', 'PostgreSQL'],
    ['postgres://me@localhost/db', 'PostgreSQL'],
    ['postgresql+psycopg2://me@localhost/db', 'not available in this version'],
    ['mysql://localhost/db', 'is not the URL of a SQLite database'],
    ['transcriber.db', 'is not the URL of a SQLite database'],
  ])('%s is refused: %s', (url, why) => {
    expect(parseDatabaseUrl(url)).toEqual({ type: 'unusable', why: expect.stringContaining(why) })
  })
})
