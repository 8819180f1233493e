// A process of a contender: submits, works, or both, as its parent tells it. Started by `lib/contender-process.mjs`.
import { setTimeout as delay } from 'node:timers/promises'
import { contendersNamed } from './contenders/contenders.mjs'
import { wallClock } from './lib/wall-clock.mjs'

const { contender: name, reportsStarts, ...settings } = JSON.parse(process.argv[2])
const [{ load }] = contendersNamed([name])
const { open } = await load()

/** Reports are made a few times a second, so that telling costs nothing beside the work. */
const REPORT_MS = 20
const report = { done: 0, at: 0, starts: [], isDue: false }

const contender = await open(settings, {
  onStart(videoId) {
    if (!reportsStarts) return
    report.starts.push([videoId, wallClock()])
    void tell()
  },
  onDone() {
    report.done += 1
    report.at = wallClock()
    void tell()
  },
})

const ORDERS = {
  async work() {
    await contender.work()
  },
  /** Jobs that follow one another on `inFlight` strands. */
  async submit({ jobs, inFlight }) {
    const begun = wallClock()
    const queue = jobs.values()
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (const { urls, sequence } of queue) await contender.submit(urls, sequence)
      }),
    )
    return { begun, ended: wallClock() }
  },
  async close() {
    await contender.close()
    send({ report: takeReport() })
  },
}

process.on('message', async ({ order, ...details }) => {
  const result = await ORDERS[order](details)
  send({ answer: order, result })
  if (order === 'close') process.disconnect()
})
// Nobody is left who could tell it to end.
process.once('disconnect', () => process.exit())
send({ answer: 'open' })

async function tell() {
  if (report.isDue) return
  report.isDue = true
  await delay(REPORT_MS)
  report.isDue = false
  if (process.connected) send({ report: takeReport() })
}

function takeReport() {
  const { done, at, starts } = report
  report.starts = []
  return { done, at, starts }
}

function send(message) {
  process.send(message)
}
