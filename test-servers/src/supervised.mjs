// A server under a supervisor: started, stopped and started again, and gone with this process.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} ServerPlan
 * @property {string} command
 * @property {readonly string[]} args
 * @property {Record<string, string>} [env] - Beside this process's own.
 * @property {{ uid: number, gid: number }} [identity] - Who runs it. By default whoever runs the tests.
 * @property {string} folder - Is deleted at the end.
 * @property {string} readyText - Stands in its output when it takes connections.
 * @property {NodeJS.Signals} endSignal - Ends it quickly, when nobody needs it any more.
 *
 * @typedef {object} SupervisedServer
 * @property {() => number} pid - Of the server itself, for signals.
 * @property {() => Promise<void>} start - Again, after `stop`.
 * @property {(signal?: NodeJS.Signals) => Promise<void>} stop - Resolves when it has exited. Its data stay.
 * @property {() => Promise<void>} end - Stops it and deletes its folder. Calling it twice is fine.
 */

const SUPERVISOR = fileURLToPath(new URL('supervise.mjs', import.meta.url))

/**
 * @param {ServerPlan} plan
 * @returns {Promise<SupervisedServer>}
 */
export async function supervised(plan) {
  const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(plan)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => supervisor.once('close', resolve))
  // It may have ended by itself, when it is told to.
  supervisor.stdin.on('error', () => undefined)
  /** @type {((message: { event: 'ready' | 'exited', pid?: number, output?: string }) => void)[]} */
  let listeners = []
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    const message = JSON.parse(line)
    for (const listener of listeners) listener(message)
  })
  let pid = 0

  /** @returns {Promise<void>} */
  const told = (order, event) =>
    new Promise((resolve, reject) => {
      const listener = (message) => {
        listeners = listeners.filter((other) => other !== listener)
        pid = message.pid ?? 0
        if (message.event === event) resolve()
        else reject(new Error(`${plan.command} did not start: ${message.output ?? ''}`))
      }
      listeners.push(listener)
      supervisor.stdin.write(`${order}\n`)
    })

  const start = () => told('start', 'ready')
  const end = async () => {
    supervisor.stdin.end()
    await ended
  }
  try {
    await start()
  } catch (error) {
    await end()
    throw error
  }
  return { pid: () => pid, start, stop: (signal = plan.endSignal) => told(`stop ${signal}`, 'exited'), end }
}
