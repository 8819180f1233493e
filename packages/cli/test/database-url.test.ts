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
    ['postgresql://me:hunter2@db.example:5433/jobs', 'postgresql://me:hunter2@db.example:5433/jobs'],
    ['postgres://me@localhost/db', 'postgresql://me@localhost/db'],
    ['postgresql+psycopg2://me@localhost/db', 'postgresql://me@localhost/db'],
    ['postgresql+asyncpg://me@localhost/db?application_name=x', 'postgresql://me@localhost/db?application_name=x'],
    ['postgresql:///db?host=/var/run/postgresql', 'postgresql:///db?host=/var/run/postgresql'],
    ['postgresql://me:pw@/db?host=/run/postgresql', 'postgresql://me:pw@localhost/db?host=/run/postgresql'],
    [
      'postgresql://me@localhost/db?sslmode=require',
      'postgresql://me@localhost/db?sslmode=require&uselibpqcompat=true',
    ],
  ])('%s is the PostgreSQL database that node-postgres calls %s', (url, connectionString) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ type: 'postgres', connectionString })
  })

  it.each([
    ['postgresql://me:hunter2@db.example:5433/jobs?sslmode=require&password=hunter2', 'db.example:5433/jobs'],
    ['postgresql+psycopg2://me:hunter2@db.example', 'db.example/me'],
    ['postgresql:///my%20db?host=/var/run/postgresql', '/var/run/postgresql/my db'],
    ['postgresql:///jobs', 'localhost/jobs'],
  ])('%s is shown as %s, without its password', (url, label) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ type: 'postgres', label })
  })

  it.each([
    ['sqlite://', 'in memory'],
    ['sqlite:///:memory:', 'in memory'],
    ['sqlite://transcriber.db', 'two slashes'],
    ['sqlite:///', 'names no file'],
    ['file:', 'names no file'],
    ['file://elsewhere/transcriber.db', 'is not the URL of a file on this machine'],
    ['postgresql:db', 'is not the URL of a PostgreSQL database'],
    ['postgresql://me@host:port/db', 'is not the URL of a PostgreSQL database'],
    ['postgresql://me@one,two/db', 'names several hosts'],
    ['postgresql://me@localhost/db?sslmode=yes', 'has an sslmode that is none of disable, prefer, require'],
    ['mysql://localhost/db', 'is the URL of neither a SQLite nor a PostgreSQL database'],
    ['transcriber.db', 'is the URL of neither a SQLite nor a PostgreSQL database'],
  ])('%s is refused: %s', (url, why) => {
    expect(parseDatabaseUrl(url)).toEqual({ type: 'unusable', why: expect.stringContaining(why) })
  })
})
