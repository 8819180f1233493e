// Where there is a Redis to run: on the PATH, else Debian's package, fetched once by apt and unpacked without installing it.
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** In node_modules, so that it goes with it: whoever deletes that folder starts from nothing. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/ytscriptify/redis', import.meta.url))

/** @returns {Promise<{ command: string, env?: Record<string, string> }>} */
export async function redisProgram() {
  const installed = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0)
  if (installed) return { command: installed }
  if (!existsSync(CACHE)) await fetchDebianPackage()
  return { command: join(CACHE, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: libraryFolders().join(':') } }
}

function libraryFolders() {
  const folder = join(CACHE, 'usr/lib')
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('-linux-gnu')) : []
  return names.map((name) => join(folder, name))
}

/** Into a folder of its own, which is then renamed: so neither a second run nor one that was killed is in the way. */
async function fetchDebianPackage() {
  if (spawnSync('apt-get', ['--version']).status !== 0) throw new Error(`The tests need a real Redis. ${WAYS}`)
  console.log('Fetching Redis for the tests, once …')
  mkdirSync(dirname(CACHE), { recursive: true })
  const folder = mkdtempSync(`${CACHE}-`)
  try {
    await downloadTo(folder)
    const root = join(folder, 'root')
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      await run('dpkg-deb', ['--extract', join(folder, file), root])
    renameSync(root, CACHE)
  } catch (error) {
    // A run beside this one was quicker: what it renamed is whole.
    if (existsSync(CACHE)) return
    throw new Error(`The tests need a real Redis, and apt could not fetch one. ${WAYS}`, { cause: error })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Needs no rights: lists and packages go to this folder, and nothing is installed. */
async function downloadTo(folder) {
  for (const name of ['lists/partial', 'archives/partial']) mkdirSync(join(folder, name), { recursive: true })
  const options = [
    `Dir::State::lists=${folder}/lists`,
    `Dir::Cache=${folder}`,
    `Dir::Cache::archives=${folder}/archives`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option])
  await run('apt-get', [...options, '-qq', 'update'], { cwd: folder })
  const { stdout } = await run('apt-get', [...options, '-s', '--no-install-recommends', 'install', 'redis-server'])
  const packages = stdout.split('\n').flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? [])
  await run('apt-get', [...options, '-qq', 'download', ...packages], { cwd: folder })
}

const WAYS =
  'Put redis-server or valkey-server on the PATH (Debian: apt install redis-server; macOS: brew install redis), or set TEST_REDIS_URL to one that they may use.'
