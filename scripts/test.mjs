// `npm test`: installs and builds what is missing, then runs every test. Arguments go to vitest: `npm test -- packages/core`.
import './bootstrap.mjs'
import { run, tool } from './lib/run.mjs'

const { code } = await run([...tool('vitest'), 'run', ...process.argv.slice(2)], { show: true })
process.exitCode = code
