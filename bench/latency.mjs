// How long a video waits for a worker that has nothing else to do, and an ended job for its callback.
//
//   node bench/latency.mjs [--contenders ours-postgres,…] [--samples 100] [--write]
//
// One job of one video at a time, with pauses that fall on every phase of whoever looks now and then; submitted by the process
// that works, and by another one. The clock runs from before the submission, so that its durable commit is in it, to the
// beginning of the fetch. Nothing of it is asserted.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { WAITING_CONTENDERS, contendersNamed } from './contenders/contenders.mjs'
import { usageOf, videoIdOf, withContender } from './lib/contender-run.mjs'
import { percentile, shown } from './lib/figures.mjs'
import { quietMachine, watchOthers } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { startServers } from './lib/servers.mjs'

const { values } = parseArgs({
  options: {
    contenders: { type: 'string', default: WAITING_CONTENDERS.join() },
    samples: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
  },
})
const samples = Number(values.samples)
const ARRANGEMENTS = { 'one process': 'together', 'another process': 1 }
const WARM_UP_JOBS = 20
/** Longer than anybody's pause between two looks, so that each sample meets another phase of it. */
const PAUSE_MS = 550

const servers = await startServers()
try {
  const rows = []
  const others = []
  for (const contender of contendersNamed(values.contenders.split(',')))
    for (const [arrangement, workers] of Object.entries(ARRANGEMENTS)) {
      const figures = await measured(contender, workers)
      others.push(figures.others)
      rows.push([contender.title, arrangement, ...cellsOf(figures)])
      console.log(rows.at(-1).filter(Boolean).join('  '))
    }
  const head = ['', 'submitted by', 'to the worker p50, ms', 'p95', 'end to callback p50, ms', 'p99']
  const on = measuredOn({ servers: await servers.versions(), others })
  report('latency', { text: `${on}\n\n${samples} samples each.\n\n${table(head, rows)}`, isWritten: values.write })
} finally {
  await servers.stop()
}

function measured(contender, workers) {
  const settings = { servers, workers, perJob: 1, latencyMs: 0, slots: 10, reportsStarts: true }
  return withContender(contender, settings, async (run) => {
    await run.load({ jobs: WARM_UP_JOBS, inFlight: 1 })
    await quietMachine()
    run.receiver.forgetLatencies()
    const usage = usageOf(run, { servers, contender })
    const before = usage.cpu().allMs
    const others = watchOthers()
    const waits = []
    for (let sample = 0; sample < samples; sample += 1) {
      await delay(PAUSE_MS * (1 + phaseOf(sample)))
      const { begun } = await run.load({ jobs: 1, inFlight: 1 })
      waits.push(run.starts.get(videoIdOf(WARM_UP_JOBS + sample)) - begun)
    }
    return { waits, callbacks: run.receiver.latencies(), others: others(usage.cpu().allMs - before) }
  })
}

/** From 0 to 1, evenly spread however many there are. https://en.wikipedia.org/wiki/Low-discrepancy_sequence#Additive_recurrence */
function phaseOf(sample) {
  return (sample * 0.618034) % 1
}

function cellsOf({ waits, callbacks }) {
  const of = (figures, share) => (figures.length === 0 ? '' : shown(percentile(figures, share), 1))
  return [of(waits, 0.5), of(waits, 0.95), of(callbacks, 0.5), of(callbacks, 0.99)]
}
