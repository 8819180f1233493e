// Every example is a complete program. Each is run as its users run it, and must print what its last lines say.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  manualTrack,
  startStandInProxy,
  startStandInYouTube,
  type StandInYouTube,
} from '@ytscriptify/source-youtube/testing'
import { createTestDatabase } from '@ytscriptify/test-servers'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'

const EXAMPLES = fileURLToPath(new URL('../', import.meta.url))
const PRELOAD = new URL('send-to-stand-in.mjs', import.meta.url).href

describe('the example', () => {
  let youtube: StandInYouTube
  let folder: string
  beforeEach(async () => {
    youtube = await startStandInYouTube()
    youtube.setVideo({
      id: 'jNQXAC9IVRw',
      title: 'Me at the zoo',
      channel: 'jawed',
      tracks: [manualTrack('en', LINES)],
    })
    folder = await mkdtemp(join(tmpdir(), 'ytscriptify-examples-'))
    await symlink(join(EXAMPLES, 'node_modules'), join(folder, 'node_modules'))
  })
  afterEach(async () => {
    await youtube.close()
    await rm(folder, { recursive: true, force: true })
  })

  it.each([
    'quickstart.ts',
    'embed-with-events.ts',
    'own-source.ts',
    'express.ts',
    'fastify.ts',
    'next-route-handler.ts',
    'receive-callbacks.ts',
  ])('%s prints what it says', async (file) => {
    const { ended } = await start(file)

    expect(await ended).toEqual({ code: 0, output: await promisedOutput(file) })
  })

  it('canary.ts says in one line that the text of a known video came, and by whom', async () => {
    const { ended } = await start('canary.ts')

    const { code, output } = await ended
    expect(code).toBe(0)
    expect(JSON.parse(output)).toEqual({
      ok: true,
      video_id: 'jNQXAC9IVRw',
      code: null,
      hint: null,
      language: 'en',
      segments: LINES.length,
      client: 'ANDROID',
      ms: expect.any(Number),
      at: expect.stringMatching(/Z$/),
    })
    expect(output.match(/\n/g)).toHaveLength(1)
  })

  it.each([
    ['bot-check', 'source_blocked'],
    ['rate-limited', 'source_rate_limited'],
    ['disabled', 'transcripts_disabled'],
  ] as const)('canary.ts says why no text came, at once, and ends with 1: %s', async (how, reason) => {
    youtube.behave({ how })
    const { ended } = await start('canary.ts')

    const { code, output } = await ended
    expect(code).toBe(1)
    expect(JSON.parse(output)).toMatchObject({ ok: false, code: reason, hint: expect.any(String), segments: 0 })
  })

  // An id that is none ended it with a stack trace, and without the line.
  it.each([
    ['an id that is none', 'nonsense', {}, 'unsupported_url', 'nonsense'],
    [
      'a proxy that is none',
      'jNQXAC9IVRw',
      { YOUTUBE_PROXIES: 'ftp://user:secret@x' },
      'invalid_input',
      'A proxy must be',
    ],
    ['a client that is not known', 'jNQXAC9IVRw', { YOUTUBE_CLIENTS: 'IOS,TV' }, 'invalid_input', 'names TV'],
  ] as const)('canary.ts says in its line what it cannot use: %s', async (_what, videoId, settings, reason, said) => {
    const { ended } = await start('canary.ts', settings, [videoId])

    const { code, output } = await ended
    expect(code).toBe(1)
    expect(JSON.parse(output)).toMatchObject({
      ok: false,
      video_id: videoId,
      code: reason,
      hint: expect.stringContaining(said),
    })
    expect(output).not.toContain('secret')
    expect(youtube.requests).toEqual([])
  })

  it('canary.ts asks as the clients that it is told, in their order', async () => {
    const { ended } = await start('canary.ts', { YOUTUBE_CLIENTS: 'ios=99.1, WEB' })

    expect(JSON.parse((await ended).output)).toMatchObject({ ok: true, client: 'IOS' })
    expect(new Set(youtube.requests.map(({ client }) => client))).toEqual(new Set(['IOS']))
  })

  it('canary.ts asks through the proxy that it is told, and no other way', async () => {
    const proxy = await startStandInProxy({ status: 407 })
    onTestFinished(() => proxy.close())
    const { child, ended } = await start('canary.ts', { YOUTUBE_PROXIES: proxy.url })

    await expect.poll(() => proxy.tunnels[0]?.target, { timeout: 10_000 }).toBe('www.youtube.com:443')
    child.kill('SIGKILL')
    await ended
    expect(youtube.requests).toEqual([])
  })

  it('canary.ts waits no longer than it was told', async () => {
    youtube.behave({ how: 'hang' })
    const { ended } = await start('canary.ts', { CANARY_TIMEOUT_MS: '500' })

    const { code, output } = await ended
    expect(code).toBe(1)
    expect(JSON.parse(output)).toMatchObject({ ok: false, code: 'deadline_exceeded' })
  })

  it('submit-in-your-transaction.ts prints what it says', async () => {
    const { url, drop } = await createTestDatabase(inject('postgresUrl'))

    const { ended } = await start('submit-in-your-transaction.ts', { DATABASE_URL: url })

    expect(await ended).toEqual({ code: 0, output: await promisedOutput('submit-in-your-transaction.ts') })
    await drop()
  })

  it('two-processes: one submits and the other works, on the same file', async () => {
    const work = await start('two-processes-work.ts')
    await work.until(/working/)

    const submit = await start('two-processes-submit.ts')
    expect(await submit.ended).toEqual({ code: 0, output: await promisedOutput('two-processes-submit.ts') })
    work.child.kill('SIGTERM')

    expect(await work.ended).toEqual({ code: 0, output: await promisedOutput('two-processes-work.ts') })
  })

  /** Runs it in a folder of its own. Types are taken out first, since Node.js 20 does not do that by itself. */
  async function start(file: string, settings: Readonly<Record<string, string>> = {}, given: readonly string[] = []) {
    const source = await readFile(join(EXAMPLES, file), 'utf8')
    const program = join(folder, `${basename(file, '.ts')}.mjs`)
    await writeFile(program, ts.transpile(source, { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext }))

    const env = { ...process.env, ...settings, STAND_IN_URL: youtube.url }
    const child = spawn(process.execPath, ['--import', PRELOAD, program, ...given], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
      child.on('close', (code) => resolve({ code, output }))
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text))
    const until = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = (): void => void (pattern.test(output) && resolve())
        child.stdout.on('data', look)
        look()
        void ended.then(() => reject(new Error(`It ended without ${String(pattern)}: ${output}`)))
      })
    return { child, ended, until }
  }
})

const LINES = ['One', 'two', 'three', 'four', 'five', 'and six.']

/** The lines of the comment after `// Output:`. */
async function promisedOutput(file: string): Promise<string> {
  const source = await readFile(join(EXAMPLES, file), 'utf8')
  const [, comment = ''] = source.split('\n// Output:\n')
  return comment.replaceAll(/^\/\/ /gm, '')
}
