// A chaos run: servers, workers, databases and Redis as real processes, killed and disturbed at random while jobs come in.
//
//   node chaos/run.mjs [--storage sqlite | postgres] [--seconds 30 | --minutes 60] [--seed N] [--without GUARD] [--keep]
//
// It prints what it did and every violation, with the seed and the journal around the first one, and exits with 1 when
// there is one. docs/chaos.md says more.
import './load-typescript.mjs'

const { main } = await import('./run/main.ts')
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
process.exitCode = await main(process.argv.slice(2))
