// `npm start`: makes a clone ready to run, and runs the server. Arguments go to it: `npm start -- --port 8080`.
import { spawn } from 'node:child_process'
import { join, relative } from 'node:path'
import './bootstrap.mjs'
import { root } from './lib/run.mjs'

const main = join(root, 'packages/cli/dist/main.js')
const child = spawn(process.execPath, [main, 'serve', ...process.argv.slice(2)], {
  stdio: 'inherit',
  // So that the lines which it prints for copying work here, where the command is not installed.
  env: { ...process.env, YTSCRIPTIFY_CALLED_AS: `node ${relative(process.cwd(), main)}` },
})
// On a terminal Ctrl-C reaches both. From elsewhere a signal reaches only this process, and is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => undefined)
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 1
  if (signal) process.stderr.write(`The server was ended by ${signal}.\n`)
})
