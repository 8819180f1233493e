// The settings, as a person who sets up the command meets them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runInProcess } from './support/in-process.ts'
import { openWorkplace, type Workplace } from './support/workplace.ts'

describe('the configuration', () => {
  let place: Workplace
  beforeEach(async () => {
    place = await openWorkplace()
  })
  afterEach(() => place.close())

  it('may be empty: jobs are stored in transcriber.db in the working directory', async () => {
    const { stdout, stderr, code } = await place.run(['config', 'check'], {
      env: { YOUTUBE_BASE_URL: '', YOUTUBE_PAUSE: '' },
    })

    expect(stdout).toMatch(/^DATABASE_URL +sqlite:\/\/\/transcriber\.db +default /m)
    expect(stdout).toMatch(/^MAX_URLS_PER_JOB +50 +default /m)
    expect(stdout).toMatch(/^JOB_TIMEOUT +3600 +default /m)
    expect(stdout).toMatch(/^YOUTUBE_BASE_URL +- +not set /m)
    expect(stderr).toBe('The configuration is fine.\n')
    expect(code).toBe(0)
  })

  it('comes from .env of the working directory, where the environment does not say otherwise', async () => {
    await place.write('.env', 'DATABASE_URL=sqlite:///from-file.db\nMAX_URLS_PER_JOB=7 # a comment\n')
    const env = { MAX_URLS_PER_JOB: '9' }

    const { stdout } = await place.run(['config', 'check'], { env })
    await place.run(['migrate'], { env })

    expect(stdout).toMatch(/^DATABASE_URL +sqlite:\/\/\/from-file\.db +\.env /m)
    expect(stdout).toMatch(/^MAX_URLS_PER_JOB +9 +environment /m)
    expect(existsSync(join(place.folder, 'from-file.db'))).toBe(true)
  })

  it('comes from .env also where an editor has put a byte order mark before the first setting', async () => {
    await place.write('.env', '\ufeffMAX_URLS_PER_JOB=7\n')

    const { stdout } = await runInProcess(['config', 'check'], { cwd: place.folder })

    expect(stdout).toMatch(/^MAX_URLS_PER_JOB +7 +\.env /m)
  })

  it('says every mistake at once, with the value, its place and an example, and ends with 2', async () => {
    await place.write('.env', 'JOB_TIMEOUT=soon\nYOUTUBE_BASE_URL=mirror.example\n')
    const env = { MAX_URLS_PER_JOB: '0', LOG_LEVEL: 'loud', YOUTUBE_TIMEOUT: '-1', YOUTUBE_BASE_URL: '' }

    const checked = await place.run(['config', 'check'], { env })
    const used = await place.run(['jobs'], { env })

    for (const { stderr, code } of [checked, used]) {
      expect(stderr).toContain(
        'MAX_URLS_PER_JOB="0" (environment) is not a whole number from 1 to 999999; write it like MAX_URLS_PER_JOB=50\n',
      )
      expect(stderr).toContain('JOB_TIMEOUT="soon" (.env) is not a number of seconds; write it like JOB_TIMEOUT=3600\n')
      expect(stderr).toContain('YOUTUBE_BASE_URL="mirror.example" (.env) is not an http or https URL; write it like')
      expect(stderr).toContain('YOUTUBE_TIMEOUT="-1" (environment) is not a number of seconds')
      expect(stderr).toContain('LOG_LEVEL="loud" (environment) is none of debug, info, warn, error')
      expect(code).toBe(2)
    }
    expect(checked.stderr).toContain('error: 5 settings cannot be used.')
    expect(used.stderr).toContain('error: The configuration has 5 mistakes.')
    expect(place.hasDatabase()).toBe(false)
  })

  it('understands the names of the older service, and says which of them make no difference', async () => {
    const env = {
      NODE_ENV: '',
      FLASK_ENV: 'production',
      CELERY_BROKER_URL: 'redis://:hunter2@127.0.0.1:6379/0',
      CELERY_RESULT_BACKEND: 'redis://127.0.0.1:6379/0',
      LOG_LEVEL: 'WARNING',
    }

    const { stdout, stderr, code } = await place.run(['config', 'check'], { env })

    expect(stdout).toMatch(/^NODE_ENV +production +environment \(FLASK_ENV\) /m)
    expect(stdout).toMatch(/^REDIS_URL +redis:\/\/\*\*\*@127\.0\.0\.1:6379\/0 +environment \(CELERY_BROKER_URL\) /m)
    expect(stderr).not.toContain('notice: CELERY_BROKER_URL')
    expect(stderr).toContain('notice: CELERY_RESULT_BACKEND is not needed')
    expect(code).toBe(0)
  })

  it.each(['amqp://me:hunter2@broker', 'memory://', 'redis-sentinel://a;b'])(
    'goes on without the broker of the older service where that was no Redis: %s',
    async (url) => {
      const asAlias = await runInProcess(['config', 'check'], { cwd: place.folder, env: { CELERY_BROKER_URL: url } })
      const asOurs = await runInProcess(['config', 'check'], { cwd: place.folder, env: { REDIS_URL: url } })

      expect(asAlias.stderr).toMatch(
        /notice: CELERY_BROKER_URL names [a-z-]+, which is not used: the database hands out/,
      )
      expect(asAlias.code).toBe(0)
      expect(asOurs.stderr).toContain('is not the URL of a Redis; write it like REDIS_URL=redis://127.0.0.1:6379/0')
      expect(asOurs.code).toBe(2)
      expect(asAlias.stdout + asAlias.stderr + asOurs.stdout + asOurs.stderr).not.toContain('hunter2')
    },
  )

  it('says that SQLite has no schemas', async () => {
    const env = { DATABASE_SCHEMA: 'jobs' }

    const { stderr, code } = await runInProcess(['config', 'check'], { cwd: place.folder, env })

    expect(stderr).toContain('notice: DATABASE_SCHEMA is not used: SQLite has no schemas.')
    expect(code).toBe(0)
  })

  it('does not let a proxy be believed in that is not used', async () => {
    const env = { HTTPS_PROXY: 'socks5://me:hunter2@proxy.example', YOUTUBE_BASE_URL: place.youtube.url }

    const checked = await runInProcess(['config', 'check'], { cwd: place.folder, env })
    const used = await runInProcess(['transcribe', 'gettysburg1'], { cwd: place.folder, env })
    const unset = await runInProcess(['transcribe', 'gettysburg1'], {
      cwd: place.folder,
      env: { ...env, HTTPS_PROXY: '' },
    })

    expect(checked.stderr).toContain('notice: HTTPS_PROXY is not used: it is no http or https URL.\n')
    expect(used.stderr).toContain('notice: HTTPS_PROXY is not used: it is no http or https URL.\n')
    expect(checked.stderr + checked.stdout + used.stderr).not.toContain('hunter2')
    expect(unset.stderr).not.toContain('notice:')
  })

  it('shows no password, even of an address that it cannot use', async () => {
    const env = { DATABASE_URL: 'postgresql+psycopg2://me:hunter2@db.example:x/transcriber?sslpassword=hunter2&ssl=1' }

    const { stdout, stderr, code } = await place.run(['config', 'check'], { env })

    expect(stderr).toContain(
      'DATABASE_URL="postgresql+psycopg2://***@db.example:x/transcriber?sslpassword=***&ssl=1" (environment) is not the URL of',
    )
    expect(stdout + stderr).not.toContain('hunter2')
    expect(code).toBe(2)
  })

  it.each(['hunter2#x', 'hunter2/x', 'hunter2?x', 'hun@hunter2'])(
    'shows no password with a character that ends it: %s',
    async (password) => {
      const env = {
        DATABASE_URL: `postgresql://me:${password}@db.example/jobs`,
        REDIS_URL: `redis://:${password}@redis.example:6379/0`,
        YOUTUBE_BASE_URL: `https://me:${password}@mirror.example`,
      }

      const { stdout, stderr } = await place.run(['config', 'check'], { env })

      expect(stdout).toContain('db.example/jobs')
      expect(stdout + stderr).not.toContain('hunter2')
    },
  )
})
