// How much the engine costs beside what somebody would take from npm: videos a second, CPU time of a video, memory under load.
//
//   node bench/throughput.mjs [--contenders ours-postgres,bullmq,…] [--latency 0,50,300] [--workers 1,2,4] [--slots 100]
//     [--videos 3000] [--per-job 10] [--rounds 3] [--write]
//
// All contenders store the same rows and texts in the same PostgreSQL, take turns in each round, and are checked afterwards: a run
// that lost a video or a callback, or recorded one twice, has no figure. Rates of one machine say little about another; the
// ratios to BullMQ with pg of the same round, and the CPU time of a video, say more. Nothing of it is asserted.
import { parseArgs } from 'node:util'
import { CONTENDERS, contendersNamed } from './contenders/contenders.mjs'
import { usageOf, withContender } from './lib/contender-run.mjs'
import { percentile, spread } from './lib/figures.mjs'
import { mostDuring } from './lib/most-during.mjs'
import { quietMachine, watchOthers } from './lib/quiet-machine.mjs'
import { measuredOn, report, table } from './lib/report.mjs'
import { startServers } from './lib/servers.mjs'

const { values } = parseArgs({
  options: {
    contenders: { type: 'string', default: Object.keys(CONTENDERS).join() },
    latency: { type: 'string', default: '0,50,300' },
    workers: { type: 'string', default: '1,2,4' },
    slots: { type: 'string', default: '100' },
    videos: { type: 'string', default: '3000' },
    'per-job': { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
})
const numbers = (text) => text.split(',').map(Number)
const contenders = contendersNamed(values.contenders.split(','))
const perJob = Number(values['per-job'])
const jobs = Math.ceil(Number(values.videos) / perJob)
const slots = Number(values.slots)

/** Submissions under way at a time: enough that they are never what is waited for. */
const IN_FLIGHT = 16
const WARM_UP_JOBS = 50
const RATIO_TO = 'bullmq'

const settings = numbers(values.latency).flatMap((latencyMs) =>
  numbers(values.workers).map((workers) => ({ latencyMs, workers })),
)
const servers = await startServers()
/** From setting and contender to its runs, one for each round. */
const runs = new Map(settings.map((setting) => [setting, new Map(contenders.map(({ name }) => [name, []]))]))
try {
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const setting of settings)
      for (const contender of inTurn(contenders, round)) {
        const figures = await measured(contender, setting).catch(noFigures)
        runs.get(setting).get(contender.name).push(figures)
        console.log(progressLine(contender, setting, figures))
      }
  report('throughput', { text: await reportText(), isWritten: values.write })
} finally {
  await servers.stop()
}

/** Another one begins each round, so that nobody is always the first. */
function inTurn(list, round) {
  const from = round % list.length
  return [...list.slice(from), ...list.slice(0, from)]
}

function measured(contender, { latencyMs, workers }) {
  return withContender(contender, { servers, workers, perJob, latencyMs, slots }, async (run) => {
    await run.load({ jobs: WARM_UP_JOBS, inFlight: IN_FLIGHT })
    await run.place.settle()
    await quietMachine()
    run.receiver.forgetLatencies()

    const usage = usageOf(run, { servers, contender })
    const others = watchOthers()
    const before = usage.cpu()
    const driverBefore = process.cpuUsage()
    const { result, most } = await mostDuring(usage.workerMemoryMb, () => run.load({ jobs, inFlight: IN_FLIGHT }))
    const after = usage.cpu()
    const cpuMs = after.allMs - before.allMs
    const driver = process.cpuUsage(driverBefore)
    const othersShare = others(cpuMs + (driver.user + driver.system) / 1_000)
    const latencies = run.receiver.latencies()
    return {
      rate: ((jobs * perJob) / (result.ended - result.begun)) * 1_000,
      cpuMs: cpuMs / (jobs * perJob),
      ownShare: (after.ownMs - before.ownMs) / cpuMs,
      memoryMb: most,
      others: othersShare,
      callbacks: latencies.length === 0 ? undefined : [0.5, 0.99].map((share) => percentile(latencies, share)),
    }
  })
}

/** Of a run that lost something, or did something twice. The others go on. */
function noFigures(error) {
  process.exitCode = 1
  return { problem: error.message }
}

function isGood({ problem }) {
  return problem === undefined
}

function progressLine({ name }, { latencyMs, workers }, { rate, cpuMs, others, problem }) {
  if (problem !== undefined) return `NO FIGURE  ${problem}`
  const facts = [
    `${rate.toFixed(0)} videos/s`,
    `${cpuMs.toFixed(2)} ms CPU a video`,
    `others ${(100 * others).toFixed()} %`,
  ]
  return `${latencyMs} ms, ${workers} × ${slots} slots  ${name.padEnd(16)} ${facts.join(', ')}`
}

async function reportText() {
  const all = [...runs.values()].flatMap((byContender) => [...byContender.values()].flat()).filter(isGood)
  const on = measuredOn({ servers: await servers.versions(), others: all.map(({ others }) => others) })
  const what = `${jobs * perJob} videos in jobs of ${perJob}, ${slots} slots in each process, ${values.rounds} rounds in turns, medians (ranges).`
  return [on, what, ...[...runs].map(([setting, byContender]) => tableOf(setting, byContender))].join('\n\n')
}

function tableOf({ latencyMs, workers }, byContender) {
  const base = byContender.get(RATIO_TO)
  const head = [
    '',
    'videos/s',
    `ratio to BullMQ`,
    'CPU ms a video',
    'of it its own',
    'memory of workers, MB',
    'end to callback p50, p99, ms',
  ]
  const rows = contenders.map(({ name, title }) => {
    const figures = byContender.get(name)
    const problem = figures.find((one) => !isGood(one))
    if (problem) return [title, `none: ${problem.problem}`, '', '', '', '', '']
    const of = (key, digits) =>
      spread(
        figures.map((one) => one[key]),
        digits,
      )
    const callback = (index) => spread(figures.map(({ callbacks }) => callbacks[index]))
    return [
      title,
      of('rate'),
      base
        ? spread(
            figures.map(({ rate }, round) => rate / base[round].rate),
            2,
          )
        : '',
      of('cpuMs', 2),
      `${spread(figures.map(({ ownShare }) => 100 * ownShare))} %`,
      of('memoryMb'),
      figures[0].callbacks ? `${callback(0)}, ${callback(1)}` : '',
    ]
  })
  const processes = workers === 1 ? 'one worker process' : `${workers} worker processes`
  return `A source that takes ${latencyMs} ms, ${processes}:\n\n${table(head, rows)}`
}
