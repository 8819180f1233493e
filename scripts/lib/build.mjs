// Builds the published packages with tsup, and only those whose sources have changed since they were built.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { publishedPackages } from './packages.mjs'
import { contentHash, readStamp, writeStamp } from './stamp.mjs'
import { inParallel, root, run, tool } from './run.mjs'

/**
 * @param {{ types: boolean }} options - Whether the declarations are needed too. Running and testing need only the
 *   JavaScript, which takes a tenth of the time.
 * @returns {Promise<string>} what went wrong, or an empty string.
 */
export async function buildPackages({ types }) {
  const packages = publishedPackages()
  // The declarations of a package may name types of the others; its JavaScript depends on its own sources alone.
  const everySource = contentHash(packages.flatMap(({ dir }) => inputsOf(dir)))
  const limit = Math.max(2, availableParallelism() - 1)
  const problems = await inParallel(
    limit,
    packages.map((pkg) => () => buildPackage(pkg, { types, everySource })),
  )
  return problems.filter(Boolean).join('\n')
}

async function buildPackage({ name, dir }, { types, everySource }) {
  const dist = join(dir, 'dist')
  const inputs = { js: contentHash(inputsOf(dir)), types: everySource }
  const built = readStamp(`built-${name}`)
  const isCurrent = types ? built?.types === inputs.types : built?.js === inputs.js
  // The outputs are hashed as well: somebody may have built by hand, or deleted them.
  if (isCurrent && built.outputs === contentHash([dist])) return ''

  const { ok, output } = await run(tool('tsup'), {
    cwd: dir,
    env: { ...process.env, YTSCRIPTIFY_SKIP_TYPES: types ? '0' : '1' },
  })
  if (!ok) return `The build of ${name} failed:\n${output}`
  writeStamp(`built-${name}`, { js: inputs.js, ...(types && { types: inputs.types }), outputs: contentHash([dist]) })
  return ''
}

const inputsOf = (dir) => [
  ...['src', 'package.json', 'tsconfig.json', 'tsup.config.ts'].map((path) => join(dir, path)),
  ...['tsup.config.base.ts', 'tsconfig.base.json', 'pnpm-lock.yaml'].map((path) => join(root, path)),
]
