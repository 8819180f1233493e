// `npm run bootstrap`: makes a clone ready to run. Does only what is missing, and says nothing when nothing is.
import { buildPackages } from './lib/build.mjs'
import { installDependencies } from './lib/install.mjs'
import { fail } from './lib/run.mjs'

await installDependencies()
const problem = await buildPackages({ types: false })
if (problem) fail(problem)
