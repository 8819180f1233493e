// How settings are written, and that whatever shows them shows all of them.
import { readFileSync } from 'node:fs'
import { DEFAULT_LIMITS } from '@ytscriptify/core'
import { format, resolveConfig } from 'prettier'
import { parseEnv } from 'node:util'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseApiKeys } from '../src/settings/api-keys.ts'
import { parseByteSize } from '../src/settings/byte-size.ts'
import { exampleEnvironment } from '../src/settings/example-environment.ts'
import { findSettings } from '../src/settings/read-settings.ts'
import { parseRouteLimits } from '../src/settings/route-limits.ts'
import { SETTINGS, SETTING_GROUPS, SETTING_NAMES, settingEntry } from '../src/settings/setting-list.ts'
import { runInProcess } from './support/in-process.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const NOWHERE = '/nonexistent'

describe('a size', () => {
  it.each([
    ['1', 1],
    ['512k', 512 * 1024],
    ['1MB', 1024 * 1024],
    ['64 MiB', 64 * 1024 * 1024],
    ['2g', 2 * 1024 ** 3],
    ['100b', 100],
  ])('%s has %i bytes', (text, bytes) => expect(parseByteSize(text)).toBe(bytes))

  it.each(['', 'MB', '-1', '1.5MB', '1 M B', '1TB', '1e3'])('is not written as "%s"', (text) =>
    expect(parseByteSize(text)).toBeUndefined(),
  )
})

describe('limits of single routes', () => {
  it('begin with a method and a path each, so that a limit may have semicolons and commas', () => {
    expect(
      parseRouteLimits('POST /transcribe=20/minute;500/day, GET /jobs = off; DELETE /job_status/{id}=1/second'),
    ).toEqual({
      'POST /transcribe': '20/minute;500/day',
      'GET /jobs': 'off',
      'DELETE /job_status/{id}': '1/second',
    })
  })

  it.each(['', '20/minute', 'POST=1/second', 'POST /a=', 'x POST /a=1/second', 'GET /a=off,GET /a=1/day'])(
    'are not written as "%s"',
    (text) => expect(parseRouteLimits(text)).toBeUndefined(),
  )
})

describe('named keys', () => {
  const read = (text: string) => {
    const problems: string[] = []
    return { keys: parseApiKeys(text, (why) => problems.push(why)), problems }
  }

  it('are separated by commas or lines, and may end with the equals signs of base64', () => {
    expect(read('alice=abc==, bob = def\ncarol=g=h')).toEqual({
      keys: [
        { name: 'alice', secret: 'abc==' },
        { name: 'bob', secret: 'def' },
        { name: 'carol', secret: 'g=h' },
      ],
      problems: [],
    })
  })

  it.each([
    ['alice', 'has an entry, number 1, that is not NAME=SECRET'],
    ['alice=a,b c=x', 'has an entry, number 2, that is not NAME=SECRET'],
    ['alice=a,alice=b', 'has two keys with the name "alice"'],
    ['alice=a,bob=a', 'gives one secret to two names; whose jobs would be its jobs?'],
    [',', 'has no key'],
  ])('are not written as "%s"', (text, problem) => expect(read(text).problems).toEqual([problem]))
})

describe('the settings of a server', () => {
  it('have the defaults that are written beside them', () => {
    const { settings } = findSettings({ env: {}, cwd: NOWHERE })

    expect(settings).toMatchObject({
      isProduction: false,
      jobTimeoutMs: DEFAULT_LIMITS.jobTimeoutMs,
      maxUrlsPerJob: DEFAULT_LIMITS.maxUrlsPerJob,
      server: { host: '127.0.0.1', port: 5000, requestLimit: '100/hour', readLimit: '600/minute', trustProxy: 'false' },
      callbacks: { inlineLimitBytes: 16 * 1024 * 1024, concurrency: 50, perReceiver: 10, allowHttp: false },
    })
  })

  it('are all refused at once when all are wrong, and no secret is repeated', () => {
    const env = {
      PORT: '70000',
      HOST: 'http://x',
      PUBLIC_URL: 'https://a.example/?x',
      MAX_BODY_SIZE: 'big',
      INLINE_LIMIT: '0',
      API_KEY: 'hunter2 hunter2',
      API_KEYS: 'hunter2',
      ROUTE_LIMITS: '10/hour',
      WEBHOOK_ALLOW_HTTP: 'maybe',
      CALLBACK_CONCURRENCY: '0',
      DRAIN_TIMEOUT: 'long',
      LOG_FORMAT: 'xml',
      DATABASE_SCHEMA: 'My Schema',
      DATABASE_POOL: '0',
      REDIS_URL: 'redis://:hunter2@/0',
      METRICS_PORT: '70000',
      RETENTION: '10m',
      SOURCES: 'youtube,vimeo',
      YT_DLP_TIMEOUT: '0',
      YOUTUBE_CLIENTS: 'ANDROID,NOBODY',
      YOUTUBE_PROXIES: 'http://proxy.example, me:hunter2@proxy.example',
      YOUTUBE_PROXIES_ROTATE: 'sometimes',
    }

    const { issues } = findSettings({ env, cwd: NOWHERE })

    expect(issues.map(({ path }) => path[0]).sort()).toEqual(Object.keys(env).sort())
    expect(JSON.stringify(issues)).not.toContain('hunter2')
  })

  it('say that two settings name one key', () => {
    const keys = { API_KEY: 'aaa', API_KEYS: 'bob=aaa' }

    expect(findSettings({ env: keys, cwd: NOWHERE }).issues).toHaveLength(1)
    expect(findSettings({ env: { API_KEY: 'a', API_KEYS: 'default=b' }, cwd: NOWHERE }).issues).toHaveLength(1)
    expect(findSettings({ env: { API_KEYS: 'default=b' }, cwd: NOWHERE }).issues).toEqual([])
  })

  it('of sources say what is missing, and what makes no difference', () => {
    const noticesOf = (env: Record<string, string>) => findSettings({ env, cwd: NOWHERE }).notices
    const issuesOf = (env: Record<string, string>) =>
      findSettings({ env, cwd: NOWHERE }).issues.map(({ message }) => message)

    expect(issuesOf({ SOURCES: 'youtube youtube' })[0]).toContain('each once')
    expect(issuesOf({ SOURCES: 'file' })[0]).toContain('SUBTITLE_FOLDER is needed, since SOURCES names file')
    expect(noticesOf({ SUBTITLE_FOLDER: '/srv', YT_DLP_BINARY: 'x' })).toEqual([
      'YT_DLP_BINARY is not used: SOURCES is youtube.',
      'SUBTITLE_FOLDER is not used: SOURCES is youtube.',
    ])
    expect(noticesOf({ SOURCES: 'file', SUBTITLE_FOLDER: '/srv', YOUTUBE_PROXIES: 'http://proxy.example' })).toEqual([
      'YOUTUBE_PROXIES is not used: SOURCES is file.',
    ])
    expect(noticesOf({ SOURCES: 'yt-dlp', YOUTUBE_CLIENTS: 'IOS', YOUTUBE_PROXIES: 'http://proxy.example' })).toEqual([
      'YOUTUBE_CLIENTS is not used: SOURCES is yt-dlp.',
    ])
    expect(noticesOf({ SOURCES: 'yt-dlp', YOUTUBE_BASE_URL: 'https://mirror.example' })).toEqual([
      'YOUTUBE_BASE_URL does not concern yt-dlp, which asks YouTube itself.',
    ])
  })

  it('name routes that there are; the mistake lists them', async () => {
    const env = { ROUTE_LIMITS: 'POST /transcribe=20/minute;500/day, GET /nowhere=1/hour' }

    const { stderr, code } = await runInProcess(['config', 'check'], { cwd: NOWHERE, env })

    expect(stderr).toContain(
      'There is no route "GET /nowhere" to limit. There are: POST /transcribe, GET /job_status/{id},',
    )
    expect(code).toBe(2)
  })

  it('that only a part of the server understands are tried on it', async () => {
    const env = {
      REQUEST_LIMIT: 'many',
      READ_LIMIT: '0/hour',
      ROUTE_LIMITS: 'POST /transcribe=often',
      TRUST_PROXY: 'everybody',
      WEBHOOK_ALLOWED_HOSTS: 'n8n.internal,10.0.0.0/99',
      SECRET_KEY: 'hunter2',
    }

    const { stderr, stdout, code } = await runInProcess(['config', 'check'], { cwd: NOWHERE, env })

    for (const name of Object.keys(env)) expect(stderr).toMatch(new RegExp(`${name}[^\n]*cannot be used`))
    expect(stderr).not.toContain('.; write it like')
    expect(stdout + stderr).not.toContain('hunter2')
    expect(code).toBe(2)
  })
})

describe('what shows the settings', () => {
  it('keeps .env.example as `config example` prints it', async () => {
    const { stdout } = await runInProcess(['config', 'example'], { cwd: NOWHERE })

    await expect(stdout).toMatchFileSnapshot(`${root}.env.example`)
    expect(stdout).toBe(exampleEnvironment())
  })

  it('makes an example that can be taken as it is, once what is left open is filled in', () => {
    const text = exampleEnvironment().replaceAll(/^#(?=[A-Z_]+=.)/gm, '')

    const { issues } = findSettings({ env: parseEnv(text), cwd: NOWHERE })

    expect(issues).toEqual([])
  })

  it('keeps the table of the documentation', async () => {
    const file = `${root}docs/configuration.md`
    const [before = '', , after = ''] = readFileSync(file, 'utf8').split(/<!-- settings: .*? -->/g)
    const mark = (place: string) => `<!-- settings: ${place} of the generated part -->`
    const text = `${before}${mark('begin')}\n\n${tables()}\n${mark('end')}${after}`

    await expect(await format(text, { ...(await resolveConfig(file)), parser: 'markdown' })).toMatchFileSnapshot(file)
  })
})

const tables = (): string => SETTING_GROUPS.map((group) => `### ${group}\n\n${tableOf(group)}`).join('\n')

function tableOf(group: string): string {
  const names = SETTING_NAMES.filter((name) => SETTINGS[name].group === group)
  const rows = names.map((name) => {
    const { about, example, default: otherwise, secret } = settingEntry(name)
    return `| \`${name}\` | ${about} | ${otherwise === undefined ? '' : `\`${otherwise}\``} | ${secret ? example : `\`${example}\``} |`
  })
  return `| setting | what it is | default | example |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`
}
