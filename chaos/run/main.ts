// What `npm run chaos` does: one run, or many one after the other, until the time is up or one finds something.
import { parseArgs } from 'node:util'
import { linesAround } from './around.ts'
import { runChaos, type ChaosRun, type ChaosRunOptions } from './chaos-run.ts'
import { linesOf, sumOf, type Report } from './report.ts'
import { STORAGES, type StorageKind } from './store.ts'

const USAGE =
  'npm run chaos -- [--storage sqlite | postgres] [--seconds 30 | --minutes 60] [--seed N] [--without GUARD] [--keep]'

/** @returns the exit code: 1 where something was violated, 2 where the arguments say nothing that can be done. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args)
  if (!options) return 2
  const reports: Report[] = []
  for (const plan of runsOf(options)) {
    const run = await runChaos(plan)
    for (const line of resultOf(run)) console.log(line)
    reports.push(run.report)
    const isGood = run.violations.length === 0
    if (options.keep || (!isGood && plan.without === undefined)) console.log(`kept: ${run.folder}`)
    else run.forget()
    if (!isGood) return 1
  }
  if (reports.length > 1)
    for (const line of [`in all ${reports.length} runs`, ...linesOf(sumOf(reports))]) console.log(line)
  return 0
}

interface Options {
  readonly storages: readonly StorageKind[]
  readonly seed: number
  readonly seconds: number
  /** How long runs follow each other, in minutes. */
  readonly minutes: number | undefined
  readonly without: string | undefined
  readonly keep: boolean
}

function readOptions(args: readonly string[]): Options | undefined {
  try {
    return optionsOf(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    return undefined
  }
}

function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      storage: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      seconds: { type: 'string' },
      minutes: { type: 'string' },
      without: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { storage, seed, seconds, minutes, without, keep } = values
  const known = STORAGES.filter((kind) => storage === undefined || kind === storage)
  if (known.length === 0) throw new Error(`There is no storage "${storage ?? ''}"; there are: ${STORAGES.join(', ')}.`)
  return {
    storages: known,
    seed: numberOf('seed', seed),
    seconds: numberOf('seconds', seconds ?? (minutes === undefined ? '30' : '120')),
    minutes: minutes === undefined ? undefined : numberOf('minutes', minutes),
    without,
    keep,
  }
}

function numberOf(name: string, text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${name} ${text} is not a number.`)
  return Number(text)
}

/** Each on a new store and with a seed of its own, so that each can be made again alone. */
function* runsOf({ storages, seed, seconds, minutes, without }: Options): Generator<ChaosRunOptions> {
  const endAt = performance.now() + (minutes ?? 0) * 60_000
  let next = seed
  do {
    for (const storage of storages) yield { storage, seed: next++, seconds, without }
  } while (performance.now() < endAt)
}

function resultOf({ options, violations, report, entries }: ChaosRun): readonly string[] {
  const { storage, seed, seconds, without } = options
  return [
    `--storage ${storage} --seconds ${seconds} --seed ${seed}${without === undefined ? '' : ` --without "${without}"`}`,
    ...[...linesOf(report), `${violations.length} violations`, ...violations.slice(0, SHOWN)].map(
      (line) => `  ${line}`,
    ),
    ...violations
      .slice(0, 1)
      .flatMap((violation) => linesAround(violation, entries))
      .map((line) => `    ${line}`),
  ]
}

const SHOWN = 20
