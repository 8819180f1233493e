// ytscriptify doctor: whether transcripts can be had from here, what stands in their way, and what to do.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Finding } from '@ytscriptify/core'
import { createStandInYtDlp } from '@ytscriptify/source-youtube/testing'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { findingLines } from '../src/doctor/finding-lines.ts'
import { nodeFinding } from '../src/doctor/machine-findings.ts'
import { openWorkplace, type RunOptions, type Workplace } from './support/workplace.ts'

let place: Workplace
beforeEach(async () => {
  place = await openWorkplace()
})
afterEach(() => place.close())

const doctor = (args: readonly string[] = [], options?: RunOptions) => place.run(['doctor', ...args], options)

/** Without what is said of the Node.js that runs the tests. */
const withoutNode = (stdout: string): string => stdout.replace(/^\w+ +Node\.js .*\n(?: +→ .*\n)?/, '')

/** What was found that is not well, and what to do. */
const troublesIn = (stdout: string): string[] =>
  withoutNode(stdout)
    .split('\n')
    .filter((line) => /^(FAILED|warning| +→)/.test(line))

describe('doctor', () => {
  it('says of everything that it is well, and ends with 0', async () => {
    await place.run(['migrate'])

    const { stdout, stderr, code } = await doctor()

    const host = new URL(place.youtube.url).host
    expect(withoutNode(stdout).replaceAll(/\d+ ms/g, '9 ms')).toBe(
      `ok       ${join(place.folder, 'transcriber.db')} answers, with schema 2 (9 ms).
ok       ${host} answers (HTTP 204, 9 ms).
ok       ANDROID 21.26.364 is given captions: 8 lines in "en" (9 ms).
ok       VISIONOS 1.02 is shown captions (9 ms).
ok       IOS 21.26.4 is shown captions (9 ms).
`,
    )
    expect(stdout).toMatch(/^ok +Node\.js \d+\.|^warning +Node\.js 20\./)
    expect(stderr).toMatch(/^Transcripts can be had from here\./)
    expect(code).toBe(0)
  })

  it('makes no database, and changes none', async () => {
    const { stdout, code } = await doctor()

    expect(stdout).toContain(`${join(place.folder, 'transcriber.db')} is not there yet: the first job makes it.`)
    expect(code).toBe(0)
    expect(place.hasDatabase()).toBe(false)
  })

  it('says that YouTube refuses this address, what to do, and ends with 5', async () => {
    place.youtube.behave({ how: 'bot-check' })

    const { stdout, stderr, code } = await doctor()

    expect(troublesIn(stdout)).toEqual([
      expect.stringMatching(/^FAILED +ANDROID \S+, VISIONOS \S+, IOS \S+, WEB \S+ are blocked: .*not a bot/),
      expect.stringMatching(/^ +→ Wait: .*YOUTUBE_PAUSE=2.*YOUTUBE_PROXIES/),
    ])
    expect(stderr).toContain('No transcripts can be had from here at the moment.')
    expect(code).toBe(5)
  })

  it('asks nothing while the gate is closed, says until when, and asks when it is forced', async () => {
    place.youtube.behave({ how: 'rate-limited', times: 1 })
    await place.run(['transcribe', 'gettysburg1', '--max-wait', '1s'])
    const before = place.youtube.requests.length

    const held = await doctor()

    expect(place.youtube.requests).toHaveLength(before)
    expect(held.stdout).toMatch(/^FAILED +The gate "youtube" is closed until \d{4}-.*Z \(in \d+ s\)/m)
    expect(held.stderr).toContain('--force asks YouTube all the same.')
    expect(held.code).toBe(5)

    const forced = await doctor(['--force'])
    expect(forced.stdout).toMatch(/^ok +ANDROID .* is given captions/m)
    expect(forced.code).toBe(5)
  })

  it.each([
    ['consent', 'Use another network, or a proxy elsewhere: YOUTUBE_PROXIES.'],
    ['garbage', 'Look at the error'],
    ['disabled', 'Name another video that has captions'],
    ['po-token', 'Update ytscriptify, or name other clients or newer versions of them: YOUTUBE_CLIENTS.'],
  ] as const)('says what helps, and ends with 1: %s', async (how, advice) => {
    place.youtube.behave({ how })

    const { stdout, code } = await doctor()

    expect(troublesIn(stdout).at(-1)).toContain(advice)
    expect(code).toBe(1)
  })

  it('says that nobody answers, and ends with 1', async () => {
    place.youtube.behave({ how: 'hang' })
    const hanging = await doctor([], { env: { YOUTUBE_TIMEOUT: '0.3' } })
    await place.youtube.close()
    const refused = await doctor()

    expect(troublesIn(refused.stdout)).toEqual([
      `FAILED   ${new URL(place.youtube.url).host} takes no connection (ECONNREFUSED).`,
      expect.stringContaining('YOUTUBE_BASE_URL'),
    ])
    expect(troublesIn(hanging.stdout)).toEqual([
      expect.stringMatching(/^FAILED +127\.0\.0\.1:\d+ does not answer in time/),
      expect.stringContaining('YOUTUBE_TIMEOUT'),
    ])
    expect([refused.code, hanging.code]).toEqual([1, 1])
  })

  it.each(['YOUTUBE_PROXIES', 'HTTPS_PROXY', 'https_proxy'])(
    'names the setting whose proxy is dead: %s',
    async (name) => {
      const env = { [name]: 'http://127.0.0.1:9', YOUTUBE_BASE_URL: 'https://mirror.test' }

      const { stdout, code } = await doctor([], { env })

      expect(troublesIn(stdout).at(-1)).toContain(`Check ${name}: the address of the proxy, its user and its password.`)
      expect(code).toBe(1)
    },
  )

  it('warns, and ends with 0, where one client fails and another gives', async () => {
    place.youtube.behave({ how: 'po-token', client: 'ANDROID' })

    const { stdout, stderr, code } = await doctor()

    expect(troublesIn(stdout)[0]).toMatch(/^warning +ANDROID /)
    expect(stderr).toContain('The warnings need a look.')
    expect(code).toBe(0)
  })

  it('says how to install a yt-dlp that SOURCES names and nobody has', async () => {
    const missing = { YT_DLP_BINARY: './tools/yt-dlp' }

    const second = await doctor([], { env: { ...missing, SOURCES: 'youtube,yt-dlp' } })
    const alone = await doctor([], { env: { ...missing, SOURCES: 'yt-dlp' } })

    expect(troublesIn(second.stdout)).toEqual([
      expect.stringMatching(/^warning .*tools\/yt-dlp cannot be used: .*ENOENT/),
      expect.stringMatching(/^ +→ Install yt-dlp .*YT_DLP_BINARY/),
    ])
    expect(troublesIn(alone.stdout)[0]).toMatch(/^FAILED /)
    expect([second.code, alone.code]).toEqual([0, 1])
  })

  it('names the version of a yt-dlp that is there', async () => {
    const ytDlp = await createStandInYtDlp()
    onTestFinished(() => ytDlp.remove())

    const { stdout, code } = await doctor([], { env: { SOURCES: 'yt-dlp', YT_DLP_BINARY: ytDlp.binary } })

    expect(stdout).toMatch(/^ok +yt-dlp 2026\.08\.19 is given captions: 8 lines/m)
    expect(code).toBe(0)
  })

  it('says that the database cannot be used, and looks at the rest all the same', async () => {
    await place.write('transcriber.db', 'This is not a database, however long it may be.'.repeat(50))

    const { stdout, code } = await doctor()

    expect(stdout).toMatch(/^FAILED .*transcriber\.db/m)
    expect(stdout).toMatch(/^ok +ANDROID .* is given captions/m)
    expect(code).toBe(1)
    expect((await doctor([], { env: { DATABASE_URL: 'sqlite:///nowhere/at/all.db' } })).stdout).toMatch(
      /^FAILED .*all\.db cannot be made: ENOENT/m,
    )
    expect(existsSync(join(place.folder, 'nowhere'))).toBe(false)
  })

  it('asks Redis where there is one, and only warns where it is away', async () => {
    const there = await doctor([], { env: { REDIS_URL: inject('redisUrl') } })
    const away = await doctor([], { env: { REDIS_URL: 'redis://:secret@127.0.0.1:9' } })

    expect(there.stdout).toMatch(/^ok +Redis at \S+ answers/m)
    expect(troublesIn(away.stdout)[0]).toMatch(/^warning +Redis at 127\.0\.0\.1:9 does not answer: .*ECONNREFUSED/)
    expect(away.stdout + away.stderr).not.toContain('secret')
    expect([there.code, away.code]).toEqual([0, 0])
  })

  it('gives programs one object, with the same words', async () => {
    place.youtube.behave({ how: 'bot-check' })

    const { stdout, code } = await doctor(['--json'])

    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      status: 'failing',
      checked_at: expect.stringMatching(/Z$/),
      storage: { state: 'absent' },
      sources: [{ source: 'youtube', video_id: 'jNQXAC9IVRw', ways: [{ clients: { length: 4 } }] }],
    })
    expect(report.findings[0]).toMatchObject({ about: 'machine' })
    expect(report.findings.at(-1)).toMatchObject({ level: 'problem', advice: expect.stringContaining('YOUTUBE_PAUSE') })
    expect(code).toBe(5)
  })

  it('asks for the video that it is told, by an id or a URL, and for nothing else', async () => {
    const other = await doctor(['--video', 'https://youtu.be/loreley_de1', '--json'])
    const none = await doctor(['--video', 'https://example.test/'])

    expect(JSON.parse(other.stdout).sources[0]).toMatchObject({
      video_id: 'loreley_de1',
      ways: [{ clients: [{ language: 'de' }, {}, {}, {}] }],
    })
    expect(none.stderr).toContain('"https://example.test/" is not the URL or the id of a video.')
    expect(none.code).toBe(2)
  })
})

describe('findings on a terminal', () => {
  const LONG: Finding[] = [
    {
      level: 'ok',
      about: 'source',
      message: 'A text that goes on and on, until it does not fit into one line any more.',
    },
    { level: 'problem', about: 'source', message: 'First.', remedy: 'wait', advice: 'The same for both of them.' },
    {
      level: 'problem',
      about: 'source',
      message: 'Second.\u001b[2J',
      remedy: 'wait',
      advice: 'The same for both of them.',
    },
  ]
  const streamOf = (columns?: number) =>
    Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns })

  it('are broken between words, and say once what helps several', () => {
    expect(findingLines(LONG, streamOf(50))).toBe(`ok       A text that goes on and on, until it does
         not fit into one line any more.
FAILED   First.
FAILED   Second. [2J
         → The same for both of them.
`)
  })

  it('are a line each where nobody reads them on a screen', () => {
    expect(findingLines(LONG, streamOf()).split('\n')[0]).toBe(`ok       ${LONG[0]?.message ?? ''}`)
  })

  it('fit into 80 columns', () => {
    const lines = findingLines(LONG, streamOf(80)).split('\n')

    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })
})

describe('the version of Node.js', () => {
  it.each([
    ['18.20.0', 'problem'],
    ['20.18.3', 'problem'],
    ['20.19.0', 'warning'],
    ['22.13.0', 'ok'],
    ['26.0.0', 'ok'],
  ])('%s is: %s', (version, level) => {
    expect(nodeFinding(version).level).toBe(level)
  })
})
