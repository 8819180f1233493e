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
  // The declarations of a package may name types of all the others.
  const everySource = contentHash(packages.flatMap(ownInputsOf))
  const limit = Math.max(2, availableParallelism() - 1)
  const problems = await inParallel(
    limit,
    packages.map((pkg) => () => buildPackage(pkg, { types, everySource, inputs: inputsOf(pkg, packages) })),
  )
  return problems.filter(Boolean).join('\n')
}

async function buildPackage({ name, dir }, { types, everySource, inputs }) {
  const dist = join(dir, 'dist')
  const wanted = { js: contentHash(inputs), types: everySource }
  const built = readStamp(`built-${name}`)
  const isCurrent = types ? built?.types === wanted.types : built?.js === wanted.js
  // The outputs are hashed as well: somebody may have built by hand, or deleted them.
  if (isCurrent && built.outputs === contentHash([dist])) return ''

  const { ok, output } = await run(tool('tsup'), {
    cwd: dir,
    env: { ...process.env, YTSCRIPTIFY_SKIP_TYPES: types ? '0' : '1' },
  })
  if (!ok) return `The build of ${name} failed:\n${output}`
  writeStamp(`built-${name}`, { js: wanted.js, ...(types && { types: wanted.types }), outputs: contentHash([dist]) })
  return ''
}

/**
 * The files and folders that the JavaScript of a package is made from. A command is one bundle with the packages of the
 * workspace that it names, and with those that they name.
 *
 * @param {import('./packages.mjs').Package} pkg
 * @param {import('./packages.mjs').Package[]} packages - All of them.
 * @returns {string[]}
 */
export function inputsOf(pkg, packages) {
  const parts = new Set([pkg])
  if (pkg.manifest.bin) for (const part of parts) for (const named of namedBy(part, packages)) parts.add(named)
  return [...parts].flatMap(ownInputsOf)
}

/** What a command bundles is a development dependency of it: whoever installs the command does not need it any more. */
const namedBy = ({ manifest: { bin, dependencies, devDependencies } }, packages) =>
  packages.filter(({ name }) => name in { ...dependencies, ...(bin && devDependencies) })

const ownInputsOf = ({ dir }) => [
  ...['src', 'bundle', 'package.json', 'tsconfig.json', 'tsup.config.ts'].map((path) => join(dir, path)),
  ...['tsup.config.base.ts', 'tsconfig.base.json', 'pnpm-lock.yaml'].map((path) => join(root, path)),
]
