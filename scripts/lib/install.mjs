// Installs the dependencies with the pnpm version that package.json names, on a machine that has only Node.js and npm.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { contentHash, readStamp, writeStamp } from './stamp.mjs'
import { fail, root, run, seconds, tool } from './run.mjs'

const STAMP = 'installed'

/** Installs what the lockfile asks for, unless that is what was installed last. Needs no network in that case. */
export async function installDependencies() {
  const { packageManager, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  refuseOldNode(engines.node)
  const wanted = wantedHash()
  if (readStamp(STAMP)?.wanted === wanted && existsSync(join(root, 'node_modules/.modules.yaml'))) return

  process.stderr.write('Installing dependencies …\n')
  const { ok, code, output, ms } = await run([...pnpm(packageManager), 'install', '--frozen-lockfile'], {
    env: installEnvironment(),
  })
  if (!ok) fail(`${output}\nThe dependencies could not be installed: pnpm ended with ${code}.`)
  writeStamp(STAMP, { wanted })
  process.stderr.write(`Installed in ${seconds(ms)}.\n`)
}

/** What an install depends on. The manifests are part of it: pnpm links the bins and the workspace packages they name. */
const wantedHash = () =>
  contentHash([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), ...workspaceManifests()])

/** Every package.json of the workspace: at the root, one folder down, and in packages/. */
function workspaceManifests() {
  const foldersOf = (dir) =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [join(dir, entry.name)] : []))
  return [root, ...foldersOf(root), ...foldersOf(join(root, 'packages'))].map((dir) => join(dir, 'package.json'))
}

/** @param {string} packageManager - `pnpm@10.34.9`. The installed one is taken where it is the same: it needs no network. */
function pnpm(packageManager) {
  const installed = join(root, 'node_modules/pnpm/package.json')
  const isInstalled =
    existsSync(installed) && `pnpm@${JSON.parse(readFileSync(installed, 'utf8')).version}` === packageManager
  return isInstalled ? tool('pnpm') : ['npx', '--yes', packageManager]
}

/**
 * The environment without what would change the meaning of the install: NODE_ENV=production leaves out the development
 * dependencies, `npm --silent` silences pnpm's errors, and an outer `npx -c` makes an inner npx run the outer command.
 */
function installEnvironment() {
  const disturbing = /^(node_env|npm_config_(production|omit|only|loglevel|silent|call|package|dry_run))$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !disturbing.test(name)))
}

function refuseOldNode(range) {
  const floor = range.replace(/^>=/, '')
  const isOld = floor.localeCompare(process.versions.node, undefined, { numeric: true }) > 0
  if (isOld) fail(`YTScriptify needs Node.js ${floor} or newer; this is ${process.versions.node}.`)
}
