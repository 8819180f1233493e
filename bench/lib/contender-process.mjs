// A contender in a process of its own, so that its memory and CPU time are its own.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../contender.mjs', import.meta.url))

/** @param settings - Of the contender; `onReport` hears how much is done. */
export async function startContender(settings, { onReport = () => undefined } = {}) {
  const child = fork(PROGRAM, [JSON.stringify(settings)], { execArgv: [] })
  const answers = new Map()
  child.on('message', ({ report, answer, result }) => {
    if (report) onReport(report)
    if (answer) answers.get(answer)?.resolve(result)
  })
  const exit = once(child, 'exit')
  child.once('exit', (status) => {
    const error = new Error(`A process of ${settings.contender} ended with ${status}.`)
    for (const { reject } of answers.values()) reject(error)
  })
  await answerTo('open')

  return {
    pid: child.pid,
    work: () => told('work'),
    /** @returns when the submissions began and ended. */
    submit: (details) => told('submit', details),
    /** Finishes what is in hand, and ends. */
    async close() {
      await told('close')
      await exit
    },
    /** At once, where something has gone wrong. */
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exit
    },
  }

  function told(order, details = {}) {
    const answered = answerTo(order)
    child.send({ order, ...details })
    return answered
  }

  async function answerTo(order) {
    try {
      return await new Promise((resolve, reject) => answers.set(order, { resolve, reject }))
    } finally {
      answers.delete(order)
    }
  }
}
