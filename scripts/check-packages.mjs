// Packs every package and reads the tarballs as its users' tools would: publint the manifest, attw the types.
// Expects the packages to be built with their types.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inParallel, run, tool } from './lib/run.mjs'
import { entryPoints } from './lib/packages.mjs'
import { packPackages } from './lib/tarballs.mjs'

const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-pack-'))
try {
  const tarballs = await packPackages(folder)
  const results = await inParallel(2, tarballs.flatMap(checksOf))
  for (const { ok, output } of results) if (!ok) console.log(output)
  if (results.some(({ ok }) => !ok)) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** A package that is only a command has no types to judge. */
function checksOf({ manifest, file }) {
  const publint = [...tool('publint'), 'run', file, '--strict']
  const attw = [...tool('@arethetypeswrong/cli', 'attw'), file, '--profile', 'esm-only', '--no-definitely-typed']
  const commands = entryPoints(manifest).length > 0 ? [publint, attw] : [publint]
  return commands.map((command) => () => run(command))
}
