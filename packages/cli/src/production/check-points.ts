// What a server in production needs, as far as it can be seen from here: each point with what to do where it fails.
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname, isAbsolute } from 'node:path'
import { keyIssues } from '../keys/keys-in-effect.ts'
import { parseDatabaseUrl } from '../settings/database-url.ts'
import { dotenvFile, type GivenSettings } from '../settings/given-settings.ts'
import type { Settings } from '../settings/settings.ts'

export interface CheckedSettings {
  readonly given: GivenSettings
  readonly settings: Settings
}

export interface CheckPoint {
  readonly name: string
  /** What is wrong, and what to do. Absent when the point is kept. */
  readonly problem?: string
}

export async function checkPoints(
  { given, settings }: CheckedSettings,
  { cwd }: { readonly cwd: string },
): Promise<readonly CheckPoint[]> {
  return [
    point('The environment is production', environmentProblem(settings, given)),
    point('Debugging is off', settings.logLevel === 'debug' ? 'set LOG_LEVEL=info' : undefined),
    ...keyPoints(settings),
    point('The database has a place of its own', databasePlaceProblem(given)),
    ...(await writablePoints(settings)),
    point('Only a proxy with TLS is reached from outside', proxyProblem(settings)),
    point('Links lead to https', publicUrlProblem(settings)),
    point('Requests are limited', limitsProblem(settings)),
    point('Logs are kept', settings.logFile === undefined ? undefined : await folderProblem(settings.logFile)),
    point(
      'Callbacks are encrypted',
      settings.callbacks.allowHttp
        ? 'set WEBHOOK_ALLOW_HTTP=false; WEBHOOK_ALLOWED_HOSTS names single hosts'
        : undefined,
    ),
    point('.env is for its owner alone', await dotenvProblem(dotenvFile(cwd))),
  ]
}

const point = (name: string, problem: string | undefined): CheckPoint =>
  problem === undefined ? { name } : { name, problem }

function environmentProblem({ isProduction }: Settings, given: GivenSettings): string | undefined {
  if (isProduction && given.NODE_ENV?.value.toLowerCase() === 'production') return undefined
  return 'set NODE_ENV=production, so that missing and weak keys are refused at the start'
}

function keyPoints(settings: Settings): CheckPoint[] {
  const issues = keyIssues(settings, { use: 'server' })
  const problemOf = (name: string): string | undefined => issues.find(({ path }) => path[0] === name)?.message
  return [
    point('API keys are set and strong', problemOf('API_KEY')),
    point('What signs callbacks is set and strong', problemOf('SECRET_KEY')),
  ]
}

/** A relative path is another database wherever the server is started from. */
function databasePlaceProblem({ DATABASE_URL }: GivenSettings): string | undefined {
  const url = DATABASE_URL && parseDatabaseUrl(DATABASE_URL.value)
  if (url?.type === 'postgres' || (url?.type === 'sqlite' && isAbsolute(url.filename))) return undefined
  return 'set DATABASE_URL to an absolute path on a disk that lasts: sqlite:////var/lib/ytscriptify/transcriber.db'
}

/** Whether a server of PostgreSQL lets itself be written is its own affair: it is asked when one is started. */
async function writablePoints({ database }: Settings): Promise<CheckPoint[]> {
  if (database.type !== 'sqlite') return []
  return [point('The database can be written', await folderProblem(database.file))]
}

async function folderProblem(file: string): Promise<string | undefined> {
  try {
    await access(dirname(file), constants.W_OK)
    await access(file, constants.W_OK)
    return undefined
  } catch (error) {
    // That the file is not there yet is fine: it will be made.
    if (hasCode(error, 'ENOENT') && error.path === file) return undefined
    return hasCode(error, 'ENOENT') ? `make the folder ${dirname(file)}` : `let this user write ${file} and its folder`
  }
}

function proxyProblem({ server: { host, trustProxy } }: Settings): string | undefined {
  if (trustProxy.toLowerCase() !== 'false') return undefined
  if (isLoopback(host)) return 'name the proxy in front of it: TRUST_PROXY=loopback; without one nobody else reaches it'
  return `HOST=${host} serves without TLS; let it listen on 127.0.0.1 behind a proxy, and set TRUST_PROXY=loopback`
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

function publicUrlProblem({ server: { publicUrl } }: Settings): string | undefined {
  if (publicUrl === undefined) return 'set PUBLIC_URL to the https address of the proxy'
  return publicUrl.startsWith('https:') ? undefined : 'PUBLIC_URL begins with http:; make it https:'
}

function limitsProblem({ server: { requestLimit, readLimit, routeLimits } }: Settings): string | undefined {
  const limits = { REQUEST_LIMIT: requestLimit, READ_LIMIT: readLimit, ...routeLimits }
  const off = Object.entries(limits).filter(([, limit]) => limit.trim().toLowerCase() === 'off')
  return off.length === 0 ? undefined : `give a limit instead of off: ${off.map(([name]) => name).join(', ')}`
}

async function dotenvProblem(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file)
    const isOpen = process.platform !== 'win32' && (mode & (constants.S_IRWXG | constants.S_IRWXO)) !== 0
    return isOpen ? `chmod 600 ${file}` : undefined
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

const hasCode = (error: unknown, code: string): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && error.code === code
