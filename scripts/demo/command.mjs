// The real command, in a folder of its own, with no setting from outside.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../lib/run.mjs'

export const MAIN = join(root, 'packages/cli/dist/main.js')

export function commandIn(cwd, settings = {}) {
  const { PATH, HOME, TERM, NO_COLOR, NODE_EXTRA_CA_CERTS } = process.env
  const env = { PATH, HOME, TERM, NO_COLOR, NODE_EXTRA_CA_CERTS, ...settings }

  const start = (args) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve(code ?? signal))
    })
    return { child, ended, lines: () => createInterface({ input: child.stdout }) }
  }

  return {
    start,
    /** What it prints on its standard output. */
    async output(args) {
      const { child, ended } = start(args)
      let text = ''
      for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk
      await ended
      return text.trimEnd()
    },
  }
}
