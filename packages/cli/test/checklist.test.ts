// The checklist of a server in production: each point that can be seen from here, with what to do where it fails.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runInProcess } from './support/in-process.ts'
import { API_KEY, SECRET_KEY } from './support/server.ts'

let folder: string
let good: Record<string, string>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ytscriptify-checklist-'))
  good = {
    NODE_ENV: 'production',
    API_KEY,
    SECRET_KEY,
    DATABASE_URL: `sqlite:///${join(folder, 'transcriber.db')}`,
    TRUST_PROXY: 'loopback',
    PUBLIC_URL: 'https://transcripts.example',
    LOG_FILE: join(folder, 'server.log'),
  }
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const check = (env: Record<string, string>) => runInProcess(['config', 'check', '--production'], { cwd: folder, env })

const failedIn = (stdout: string): string[] => stdout.split('\n').filter((line) => line.startsWith('FAILED'))

describe('config check --production', () => {
  it('passes a server that is set up for production, and lists what nobody can see from here', async () => {
    await writeFile(join(folder, '.env'), 'MAX_URLS_PER_JOB=20\n', { mode: 0o600 })

    const { stdout, stderr, code } = await check(good)

    expect(failedIn(stdout)).toEqual([])
    for (const topic of ['HTTPS', 'Backups', 'Firewall', 'Monitoring']) expect(stdout).toContain(`manual  ${topic}: `)
    expect(stderr).toContain('Nothing that can be seen from here speaks against production.')
    expect(code).toBe(0)
  })

  it('fails the server that nobody has configured, and names what to do for each point', async () => {
    await writeFile(join(folder, '.env'), '', { mode: 0o644 })

    const { stdout, stderr, code } = await check({})

    expect(failedIn(stdout)).toEqual([
      'FAILED  The environment is production: set NODE_ENV=production, so that missing and weak keys are refused at the start',
      'FAILED  API keys are set and strong: API_KEY is not set; in production it must be: make one with: openssl rand -base64 32',
      'FAILED  What signs callbacks is set and strong: SECRET_KEY is not set; in production it must be: make one with: openssl rand -base64 32',
      expect.stringContaining('FAILED  The database has a place of its own: set DATABASE_URL to an absolute path'),
      expect.stringContaining('FAILED  Only a proxy with TLS is reached from outside: name the proxy'),
      expect.stringContaining('FAILED  Links lead to https: set PUBLIC_URL'),
      `FAILED  .env is for its owner alone: chmod 600 ${join(folder, '.env')}`,
    ])
    expect(stderr).toContain('error: 7 points of 12 failed.')
    expect(code).toBe(2)
  })

  it.each([
    [{ NODE_ENV: 'staging' }, 'set NODE_ENV=production'],
    [{ LOG_LEVEL: 'debug' }, 'set LOG_LEVEL=info'],
    [{ API_KEY: 'changeme' }, 'The API key "default" is a placeholder'],
    [{ SECRET_KEY: 'dev-secret-key-0' }, 'SECRET_KEY is a placeholder'],
    [{ HOST: '0.0.0.0', TRUST_PROXY: '' }, 'HOST=0.0.0.0 serves without TLS'],
    [{ PUBLIC_URL: 'http://transcripts.example' }, 'PUBLIC_URL begins with http:'],
    [{ REQUEST_LIMIT: 'off', ROUTE_LIMITS: 'GET /jobs=OFF' }, 'give a limit instead of off: REQUEST_LIMIT, GET /jobs'],
    [{ WEBHOOK_ALLOW_HTTP: 'true' }, 'set WEBHOOK_ALLOW_HTTP=false'],
    [{ DATABASE_URL: 'sqlite:///transcriber.db' }, 'set DATABASE_URL to an absolute path'],
    [{ DATABASE_URL: 'sqlite:////nonexistent/folder/a.db' }, 'make the folder /nonexistent/folder'],
    [{ LOG_FILE: '/nonexistent/folder/a.log' }, 'make the folder /nonexistent/folder'],
  ])('names %o', async (change, problem) => {
    const { stdout, code } = await check({ ...good, ...change })

    expect(failedIn(stdout)).toEqual([expect.stringContaining(problem)])
    expect(code).toBe(2)
  })

  it('takes PostgreSQL for a place of its own', async () => {
    const { stdout, code } = await check({ ...good, DATABASE_URL: 'postgresql://me:hunter2@db.example/jobs' })

    expect(failedIn(stdout)).toEqual([])
    expect(stdout).not.toContain('hunter2')
    expect(code).toBe(0)
  })

  it('names a database that cannot be written', async () => {
    await writeFile(join(folder, 'no-folder'), '')
    const file = join(folder, 'no-folder', 'a.db')

    const { stdout } = await check({ ...good, DATABASE_URL: `sqlite:///${file}` })

    expect(failedIn(stdout)).toEqual([
      `FAILED  The database can be written: let this user write ${file} and its folder`,
    ])
  })
})
