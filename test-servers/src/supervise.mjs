// Keeps one server for as long as whoever started it lives. Not imported: it is run as a process of its own, so that a
// test run which is killed leaves no server behind. Its argument describes the server; on its standard input come
// `start` and `stop SIGNAL`, a line each; the end of the input, however it comes about, stops the server and deletes its
// folder. On its standard output it says `ready PID`, `exited` and what went wrong.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** @type {import('./supervised.mjs').ServerPlan} */
const { command, args, env, identity, folder, readyText, endSignal } = JSON.parse(process.argv[2])
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
/** Nobody may be left to read it. */
process.stdout.on('error', () => undefined)

/** @type {import('node:child_process').ChildProcess | undefined} */
let server

const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const [order, signal] = line.split(' ')
  if (order === 'start') start()
  else server?.kill(signal)
})
lines.on('close', () => {
  if (!server) return cleanUp()
  server.once('close', cleanUp)
  server.kill(endSignal)
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.stdin.destroy())

function start() {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...identity,
  })
  server = child
  let output = ''
  let isReady = false
  const read = (text) => {
    if (isReady) return
    output += text
    if (!output.includes(readyText)) return
    isReady = true
    say({ event: 'ready', pid: child.pid })
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read)
  child.on('error', (error) => (output += error.message))
  child.on('close', () => {
    if (server === child) server = undefined
    say({ event: 'exited', ...(!isReady && { output: output.slice(-2_000) }) })
  })
}

function cleanUp() {
  rmSync(folder, { recursive: true, force: true })
}
