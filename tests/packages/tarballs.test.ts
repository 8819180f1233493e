// The packages as their users get them: packed, unpacked into a node_modules of their own, and used by plain Node.js.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryPoints, publishedPackages } from '../../scripts/lib/packages.mjs'
import { packPackages } from '../../scripts/lib/tarballs.mjs'

const execute = promisify(execFile)
const packages = publishedPackages()
const entries = packages.flatMap(({ name, manifest }) => entryPoints(manifest).map((path) => name + path.slice(1)))
const commands = packages.flatMap(({ name, manifest }) =>
  Object.entries(manifest.bin ?? {}).map(([command, file]) => ({ command, file: join(name, file) })),
)

let folder: string
const inModules = (...path: string[]) => join(folder, 'node_modules', ...path)

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ytscriptify-tarballs-')))
  const tarballs = join(folder, 'tarballs')
  await mkdir(tarballs)
  for (const { name, dir, manifest, file } of await packPackages(tarballs)) {
    await mkdir(inModules(name), { recursive: true })
    await execute('tar', ['-xzf', file, '-C', inModules(name), '--strip-components=1'])
    const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies }
    for (const dependency of Object.keys(wanted)) await linkFromWorkspace(dependency, dir)
  }
  await writeFile(join(folder, 'imports.mjs'), 'console.log(Object.keys(await import(process.argv[2])).sort().join())')
  await writeFile(join(folder, 'requires.cjs'), 'console.log(Object.keys(require(process.argv[2])).sort().join())')
}, 120_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a packed package', () => {
  it.each(entries)('%s is imported and required by plain Node.js, with the same names either way', async (entry) => {
    const imported = await execute(process.execPath, ['imports.mjs', entry], { cwd: folder })
    const required = await execute(process.execPath, ['requires.cjs', entry], { cwd: folder })

    expect(imported.stdout.trim()).not.toBe('')
    expect(required.stdout).toBe(imported.stdout)
  })

  it.each(commands)('has the command $command, which explains itself', async ({ file }) => {
    const { stdout } = await execute(process.execPath, [inModules(file), '--help'], { cwd: folder })

    expect(stdout).toContain('Usage')
  })

  it.each(packages)('$name contains what was built, a README and the license, and nothing else', async ({ name }) => {
    const files = await readdir(inModules(name))

    expect(files.sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
  })

  it.each(packages)('$name asks for its dependencies by plain versions', async ({ name }) => {
    const manifest = await readFile(inModules(name, 'package.json'), 'utf8')

    expect(manifest).not.toMatch(/"(workspace|catalog|link|file):/)
  })
})

/** A dependency from outside is the one that the workspace has installed, so that no network is needed. */
async function linkFromWorkspace(dependency: string, dir: string): Promise<void> {
  if (packages.some(({ name }) => name === dependency)) return
  const installed = await realpath(join(dir, 'node_modules', dependency))
  const link = inModules(dependency)
  await mkdir(dirname(link), { recursive: true })
  if (!existsSync(link)) await symlink(installed, link, 'junction')
  // Two versions of one package would need a nested folder, as npm makes it; the workspace has none so far.
  expect(await realpath(link)).toBe(installed)
}
