// Runs other programs: their output is kept, and shown only where somebody has to read it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the whole workspace, with a separator at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Runs a program to its end.
 *
 * @param {string[]} command - The program and its arguments.
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] - `show`: its output goes straight to
 *   the terminal instead of into the answer.
 * @returns {Promise<{ ok: boolean, code: number, output: string, ms: number }>} Never rejects because of the program: one that cannot be started has code 127.
 */
export function run([program, ...args], { cwd = root, env = process.env, show = false } = {}) {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      // npx is a script on Windows, which only a shell can start.
      shell: process.platform === 'win32' && program === 'npx',
    })
    let output = ''
    const end = (code) => resolve({ ok: code === 0, code, output, ms: performance.now() - started })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (output += text))
    }
    child.on('error', (error) => {
      output += `${program}: ${error.message}\n`
      end(127)
    })
    // A child that was killed by a signal has no code.
    child.on('close', (code) => end(code ?? 1))
  })
}

/** The command of an installed tool, free of shells and of the PATH: `tool('typescript', 'tsc')`. */
export function tool(packageName, binName = packageName) {
  const manifestPath = join(root, 'node_modules', packageName, 'package.json')
  const { bin } = createRequire(import.meta.url)(manifestPath)
  return [process.execPath, join(dirname(manifestPath), typeof bin === 'string' ? bin : bin[binName])]
}

/**
 * Runs tasks, some of them at the same time, and answers in their order.
 *
 * @template T
 * @param {number} limit - How many at the same time.
 * @param {(() => Promise<T>)[]} tasks
 * @returns {Promise<T[]>}
 */
export async function inParallel(limit, tasks) {
  const results = []
  let next = 0
  const runner = async () => {
    while (next < tasks.length) {
      const index = next++
      results[index] = await tasks[index]()
    }
  }
  await Promise.all(Array.from({ length: limit }, runner))
  return results
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** Ends the script with a message for the person who started it. */
export function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
