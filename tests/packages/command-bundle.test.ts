// The command is one bundle: what is in it, what it loads, and what it owes to those who wrote it.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, readdir, realpath, rm } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inputsOf } from '../../scripts/lib/build.mjs'
import { publishedPackages } from '../../scripts/lib/packages.mjs'

const packages = publishedPackages()
const command = packages.find(({ name }) => name === 'ytscriptify')!
const dist = join(command.dir, 'dist')
const chunks = readdirSync(dist).filter((file) => file.endsWith('.js'))

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ytscriptify-bundle-')))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the bundle of the command', () => {
  it('contains what is loaded from its first line on, but for the dependencies that its manifest names', () => {
    const outside = chunks.flatMap(importsOf).filter((name) => !name.startsWith('./') && !isBuiltin(name))

    const { dependencies = {}, peerDependencies = {} } = command.manifest
    expect([...new Set(outside)]).toEqual([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
  })

  it('is shipped with the licence of every package in it', async () => {
    const bundled = new Set(chunks.flatMap(sourcesOf).flatMap((path) => packageIn(path) ?? []))
    const notices = await readFile(join(dist, 'THIRD-PARTY-NOTICES.txt'), 'utf8')

    expect([...bundled]).toEqual(expect.arrayContaining(['commander', 'hono', 'kysely', 'pg', 'zod']))
    for (const name of bundled) expect(noticeOf(name, notices)).toMatch(LICENCE)
  })

  it('is built anew when a file that went into it changes', () => {
    const inputs = inputsOf(command, packages)
    const ours = chunks.flatMap(sourcesOf).filter((path) => existsSync(path) && packageIn(path) === undefined)

    expect(ours.filter((path) => path.includes('/packages/core/'))).not.toEqual([])
    expect(ours.filter((path) => !inputs.some((input) => `${path}/`.startsWith(`${input}/`)))).toEqual([])
  })

  it('leads a stack trace to the sources, where Node.js is asked to', async () => {
    const { stderr } = await runCommand(['status', '1', '--verbose'], { NODE_OPTIONS: '--enable-source-maps' })

    expect(stderr).toMatch(/at jobNotFound \(.*packages.core.src.create-service\.ts:\d+:\d+\)/)
  })
})

/** Of servers that nobody has named. */
const CLIENTS = ['pg', 'bullmq', 'ioredis']

describe('a subcommand', () => {
  it.each([
    { args: ['--help'], without: ['hono', 'kysely', 'youtube-transcript', 'ipaddr.js'] },
    { args: ['transcribe', 'not-a-url'], without: ['hono', '@asteasolutions/zod-to-openapi', 'pino', ...CLIENTS] },
    { args: ['serve', '--port', '1'], without: ['@asteasolutions/zod-to-openapi', ...CLIENTS] },
  ])('loads only what it needs: $args without $without', async ({ args, without }) => {
    const loaded = await loadedBy(args, { DATABASE_URL: nowhere() })

    expect(loaded).toEqual(expect.arrayContaining(['commander', 'zod']))
    expect(loaded.filter((name) => without.includes(name))).toEqual([])
  })

  it('loads pino where a log is written as JSON, and nowhere else', async () => {
    const env = { DATABASE_URL: nowhere(), SECRET_KEY: 'a-secret-of-32-characters-or-more' }

    const asJson = await loadedBy(['worker'], { ...env, LOG_FORMAT: 'json' })
    const forPeople = await loadedBy(['worker'], { ...env, LOG_FORMAT: 'pretty' })

    expect(asJson).toContain('pino')
    expect(forPeople).not.toContain('pino')
  })
})

/** The words by which MIT, ISC (and 0BSD), and Apache-2.0 let it be passed on. */
const LICENCE =
  /Copyright .+Permission (?:is hereby granted|to use, copy, modify)|Apache License.+Redistribution\. You may reproduce/s

/** A database that cannot be made, so that a command ends of itself after all that it loads first. */
const nowhere = (): string => `sqlite:///${join(folder, 'nowhere', 'x.db')}`

function importsOf(chunk: string): string[] {
  return ts.preProcessFile(readFileSync(join(dist, chunk), 'utf8')).importedFiles.map(({ fileName }) => fileName)
}

/** The files that a chunk was made from, as its source map says. */
function sourcesOf(chunk: string): string[] {
  const map = JSON.parse(readFileSync(join(dist, `${chunk}.map`), 'utf8')) as { sources: string[] }
  return map.sources.map((source) => resolve(dist, source))
}

const packageIn = (path: string): string | undefined =>
  /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]?.replace('\\', '/')

function noticeOf(name: string, notices: string): string | undefined {
  return notices.split(/\n-{80}\n\n/).find((notice) => notice.startsWith(`${name} `))
}

async function runCommand(args: string[], env: Record<string, string>): Promise<{ stderr: string }> {
  const options = { cwd: folder, env: { ...process.env, ...env } }
  return promisify(execFile)(process.execPath, [join(dist, 'main.js'), ...args], options).catch((error: unknown) => {
    if (error instanceof Error && 'stderr' in error) return { stderr: String(error.stderr) }
    throw error
  })
}

/** The packages from outside that a run has loaded, bundled or not. Node.js lists what was run as its coverage. */
async function loadedBy(args: string[], env: Record<string, string>): Promise<string[]> {
  const coverage = await mkdtemp(join(folder, 'coverage-'))
  await runCommand(args, { ...env, NODE_V8_COVERAGE: coverage })
  const [file = ''] = await readdir(coverage)
  const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as { result: { url: string }[] }
  const files = result.flatMap(({ url }) => (url.startsWith('file:') ? [fileURLToPath(url)] : []))
  const sources = files.flatMap((path) => (path.startsWith(dist) ? sourcesOf(relative(dist, path)) : [path]))
  return [...new Set(sources.flatMap((path) => packageIn(path) ?? []))]
}
