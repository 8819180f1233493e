// Shows, guard by guard, that a chaos run finds what the guard is there for: `node chaos/check-guards.mjs [--seed N]`.
import { parseArgs } from 'node:util'
import './load-typescript.mjs'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) } },
})
const { checkGuards } = await import('./run/check-guards.ts')
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
console.log(`seed ${values.seed}`)
process.exitCode = await checkGuards({ seed: Number(values.seed) })
