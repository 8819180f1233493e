// A long run of the model of storages: things are done in any order to all of them, which must do what the model says.
//
//   node chaos/model/run.mjs [--runs 1000] [--seed N] [--steps 100] [--storages memory,sqlite,postgres]
//
// It prints what happened how often, or the shortest sequence after which a storage does something else, and then exits with 1.
import { parseArgs } from 'node:util'
import { checkStorageModel } from '@ytscriptify/core/testing/model'
import { startPostgres } from '@ytscriptify/test-servers'
import { STORAGES, modelledStorages } from './storages.mjs'

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    steps: { type: 'string', default: '100' },
    storages: { type: 'string', default: STORAGES.join() },
  },
})
const numbers = { runs: numberOf('runs'), seed: numberOf('seed'), steps: numberOf('steps') }
const names = options.storages.split(',')
const unknown = names.find((name) => !STORAGES.includes(name))
if (unknown !== undefined) fail(`There is no storage "${unknown}"; there are: ${STORAGES.join(', ')}.`)

const server = await startPostgres()
const { storages, close } = modelledStorages({ postgresUrl: server.url })
try {
  await run()
} finally {
  await close()
  await server.stop()
}

async function run() {
  const { runs, seed, steps } = numbers
  const chosen = Object.fromEntries(names.map((name) => [name, storages[name]]))
  chosen[names[0]] = tellingProgress(storages[names[0]], runs)
  const started = performance.now()
  console.log(`${runs} sequences of up to ${steps} steps on ${names.join(', ')}, seed ${seed}`)
  try {
    const events = await checkStorageModel({ storages: chosen, maxSteps: steps, numRuns: runs, seed })
    for (const [event, count] of [...events].sort(([, a], [, b]) => b - a))
      console.log(`${String(count).padStart(8)}  ${event}`)
    console.log(`All did what the model says, in ${Math.round((performance.now() - started) / 1_000)} s.`)
  } catch (error) {
    console.error(error instanceof Error ? `${error.message}\n\n${String(error.cause ?? '')}` : error)
    process.exitCode = 1
  }
}

/** Each sequence makes a storage of each kind. Those of the search for the shortest one come on top. */
function tellingProgress(create, runs) {
  let made = 0
  return () => {
    made += 1
    if (made % Math.ceil(runs / 10) === 0) console.log(`  ${made} …`)
    return create()
  }
}

function numberOf(name) {
  const number = Number(options[name])
  return Number.isSafeInteger(number) ? number : fail(`--${name} must be a whole number, and not "${options[name]}".`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
