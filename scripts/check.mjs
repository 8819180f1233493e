// `npm run check`: everything that can be known without running a test. Every step runs, whatever the others say.
import { buildPackages } from './lib/build.mjs'
import { installDependencies } from './lib/install.mjs'
import { fail, inParallel, run, seconds, tool } from './lib/run.mjs'

const STEPS_AT_ONCE = 2

await installDependencies()
const failed = (
  await inParallel(
    STEPS_AT_ONCE,
    chains().map((chain) => () => runChain(chain)),
  )
).flat()
if (failed.length > 0) fail(`\nFailed: ${failed.join(', ')}`)
console.log('\nAll checks passed.')

/** The steps of a chain run one after the other. The slow chains come first, so that the quick ones fill the gaps. */
function chains() {
  return [
    [
      { name: 'build', about: 'every package, with its types', run: buildWithTypes },
      { name: 'packages', about: 'publint and attw on the packed tarballs', run: () => run(script('check-packages')) },
    ],
    [{ name: 'lint', about: 'eslint', run: () => run([...tool('eslint'), '.', '--max-warnings', '0']) }],
    [{ name: 'types', about: 'tsc', run: () => run([...tool('typescript', 'tsc'), '-p', '.']) }],
    [{ name: 'boundaries', about: 'who may import whom', run: checkBoundaries }],
    [{ name: 'unused', about: 'files, exports, dependencies', run: () => run([...tool('knip'), '--no-config-hints']) }],
    [
      {
        name: 'format',
        about: 'prettier; npm run format mends it',
        run: () => run([...tool('prettier'), '--check', '.']),
      },
    ],
  ]
}

/** @returns {Promise<string[]>} the names of the steps that failed, or could not run because of one that did. */
async function runChain([step, ...rest]) {
  const { ok, output, ms } = await step.run()
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${step.name.padEnd(10)}  ${seconds(ms).padStart(6)}  ${step.about}`)
  if (!ok) console.log(`\n${output.trim()}\n`)
  if (rest.length === 0) return ok ? [] : [step.name]
  return ok ? runChain(rest) : [step, ...rest].map(({ name }) => name)
}

function checkBoundaries() {
  return run([
    ...tool('dependency-cruiser', 'depcruise'),
    'packages',
    'examples',
    'bench',
    'chaos',
    'test-servers',
    'tests',
    'scripts',
  ])
}

async function buildWithTypes() {
  const started = performance.now()
  const problem = await buildPackages({ types: true })
  return { ok: !problem, output: problem, ms: performance.now() - started }
}

function script(name) {
  return [process.execPath, `scripts/${name}.mjs`]
}
