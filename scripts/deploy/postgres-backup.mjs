// The backup of docs/many-machines.md, made by its own commands while jobs are submitted, and restored: with the PostgreSQL of
// the system, whose programs come with the server that they belong to.
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startPostgres } from '@ytscriptify/test-servers'
import { root, run } from '../lib/run.mjs'
import { startLoad, storedJobs } from './load.mjs'
import { freePort, startProgram, until } from './processes.mjs'
import { closeConnections, request } from './requests.mjs'

const CALLERS = 8
const BEFORE = 200
const DEBIAN = '/usr/lib/postgresql'

/** @returns {string | undefined} the folder of the newest server that is installed. */
export function systemPostgres() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'postgres')))
}

/**
 * A copy that is made under load has everything that was accepted before; restored, it goes on where it was.
 *
 * @param {{ main: string, folder: string, youtubeUrl: string }} options
 * @returns {Promise<{ problems: string[], notes: string[] }>}
 */
export async function backUpPostgres({ main, folder, youtubeUrl }) {
  await mkdir(folder, { recursive: true })
  const postgres = await startPostgres({ bin: systemPostgres() })
  try {
    return await backUpAndRestore({ main, folder, youtubeUrl, url: postgres.url })
  } finally {
    closeConnections()
    await postgres.stop()
  }
}

async function backUpAndRestore({ main, folder, youtubeUrl, url }) {
  const commands = await guidedCommands()
  const restoredUrl = url.replace(/[^/]*$/, 'ytscriptify_restored')
  const carryOut = (some) =>
    some.reduce(async (before, command) => {
      const problems = await before
      const env = { ...process.env, PATH: `${systemPostgres()}:${process.env.PATH}` }
      const result = await run(['sh', '-c', command], {
        cwd: folder,
        env: { ...env, DATABASE_URL: url, RESTORED_URL: restoredUrl },
      })
      return result.ok ? problems : [...problems, `${command}\n${result.output}`]
    }, Promise.resolve([]))

  let site = await startSite({ main, folder, youtubeUrl, databaseUrl: url })
  let accepted, failures, problems
  try {
    const load = startLoad(site, { callers: CALLERS })
    await load.more(BEFORE)
    accepted = [...load.heard.jobs]
    problems = await carryOut(commands.backup)
    ;({ failures } = await load.stop())
  } finally {
    await site.stop()
  }
  problems.push(...failures.slice(0, 5), ...(await carryOut(commands.restore)))
  if (problems.length > 0) return { problems, notes: [] }

  site = await startSite({ main, folder, youtubeUrl, databaseUrl: restoredUrl })
  try {
    const restored = new Set(await storedJobs(site))
    const lost = accepted.filter((id) => !restored.has(id))
    // What was under way is taken up, and new rows do not meet old ones.
    const load = startLoad(site, { callers: 1 })
    await load.more(10)
    const later = await load.stop()
    await until(async () => (await openJobs(site)) === 0, { what: 'every restored job has ended' })
    return {
      problems: [
        ...later.failures,
        ...(lost.length > 0 ? [`${lost.length} jobs were accepted before the backup and are not in it.`] : []),
      ],
      notes: [`backup under load, 0 requests failed; ${restored.size} jobs in the restored database, and all ended`],
    }
  } finally {
    await site.stop()
  }
}

async function guidedCommands() {
  const guide = await readFile(join(root, 'docs/many-machines.md'), 'utf8')
  const [backup, restore] = [/^pg_dump .*$|^pg_restore --list .*$/gm, /^createdb .*$|^pg_restore --exit.*$/gm].map(
    (pattern) => [...guide.matchAll(pattern)].map(([command]) => command),
  )
  if (backup.length !== 2 || restore.length !== 2) throw new Error('The guide has other commands than are known here.')
  return { backup, restore }
}

async function openJobs(site) {
  const counts = await Promise.all(
    ['pending', 'processing'].map(async (status) => (await site.ask(`/jobs?status=${status}`)).json().jobs.length),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** One server, which works too. */
async function startSite({ main, folder, youtubeUrl, databaseUrl }) {
  const port = await freePort()
  const apiKey = randomBytes(24).toString('base64url')
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    API_KEY: apiKey,
    SECRET_KEY: randomBytes(32).toString('base64'),
    REQUEST_LIMIT: 'off',
    READ_LIMIT: 'off',
    WORKER_CONCURRENCY: '32',
    YOUTUBE_BASE_URL: youtubeUrl,
    YOUTUBE_PAUSE: '0',
  }
  const program = startProgram([process.execPath, main, 'serve', '--port', String(port)], { cwd: folder, env })
  const ask = (path, { headers, ...options } = {}) =>
    request({ port, path, ...options, headers: { 'X-API-Key': apiKey, ...headers } })
  const isReady = () =>
    ask('/readyz').then(
      ({ status }) => status === 200,
      () => false,
    )
  await until(isReady, { what: 'the server is ready', of: program })
  return { ask, stop: () => program.stop('SIGTERM') }
}
