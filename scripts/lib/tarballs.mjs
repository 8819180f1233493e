// The packages as npm would publish them.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages } from './packages.mjs'
import { run, tool } from './run.mjs'

/**
 * Packs every published package, as it is built now, into a folder.
 *
 * @param {string} folder - An empty one.
 * @returns {Promise<(import('./packages.mjs').Package & { file: string })[]>}
 */
export async function packPackages(folder) {
  const command = [...tool('pnpm'), '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]
  const { ok, output } = await run(command)
  if (!ok) throw new Error(`The packages could not be packed:\n${output}`)
  const files = readdirSync(folder)
  return publishedPackages().map((pkg) => {
    const name = `${pkg.name.replace('@', '').replace('/', '-')}-${pkg.manifest.version}.tgz`
    if (!files.includes(name)) throw new Error(`There is no ${name} among the tarballs: ${files.join(', ')}`)
    return { ...pkg, file: join(folder, name) }
  })
}
