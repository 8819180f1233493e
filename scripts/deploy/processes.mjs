// Programs that are started, waited for and ended, by id and never by name.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE_MS = 30_000
const LOOK_AGAIN_MS = 25

/**
 * @typedef {object} Program
 * @property {number} pid
 * @property {() => string} output - Everything that it has written.
 * @property {() => boolean} isRunning
 * @property {(signal: NodeJS.Signals) => Promise<{ code: number | NodeJS.Signals }>} stop - Signals it, unless it has
 *   ended, and waits for its end.
 */

/** @returns {Program} */
export function startProgram([program, ...args], options) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  let output = ''
  let isRunning = true
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      output += `${program}: ${error.message}\n`
      isRunning = false
      resolve({ code: 127 })
    })
    child.on('close', (code, signal) => {
      isRunning = false
      resolve({ code: code ?? signal })
    })
  })
  return {
    pid: child.pid,
    output: () => output,
    isRunning: () => isRunning,
    stop(signal) {
      if (isRunning) child.kill(signal)
      return ended
    },
  }
}

/**
 * Looks until something is so.
 *
 * @param {() => boolean | Promise<boolean>} isSo
 * @param {{ what: string, of?: Program }} options - `of`: without that program it cannot become so any more.
 */
export async function until(isSo, { what, of: program }) {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    if (await isSo()) return
    if (program && !program.isRunning()) throw new Error(`It ended before: ${what}.\n${program.output()}`)
    if (performance.now() > end)
      throw new Error(`For ${PATIENCE_MS / 1_000} s it was not so: ${what}.\n${program?.output() ?? ''}`)
    await pause(LOOK_AGAIN_MS)
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
