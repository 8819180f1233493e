// ytscriptify inspect: who works on what, and how much there is to do, in all processes on the database.
import {
  STORAGE_RULES,
  systemClock,
  type ActiveTranscript,
  type ServiceStats,
  type WorkerRecord,
} from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { clockTime } from '../output/durations.ts'
import { activeJson, statsJson, workerJson } from '../output/inspection-json.ts'
import { printable } from '../output/printable.ts'
import { instant, table } from '../output/table.ts'

export interface InspectOptions {
  readonly json?: boolean
}

export interface InspectActiveOptions extends InspectOptions {
  readonly limit: number
}

export async function inspectActive(
  { json, limit }: InspectActiveOptions,
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const active = await withService(settings, ({ service }) => service.active({ limit }))
  if (json) await output.write(`${JSON.stringify({ active: active.map(activeJson) })}\n`)
  else if (active.length === 0) screen.line('Nothing is being worked on.')
  else await output.write(table(['WORKER', 'VIDEO', 'ATTEMPT', 'SINCE', 'FOR', 'JOB'], active.map(activeRow)))
  return EXIT.done
}

export async function inspectWorkers(
  { json }: InspectOptions,
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const workers = await withService(settings, ({ service }) => service.workers())
  const isAnyAlive = workers.some(({ isLost }) => !isLost)
  if (json) await output.write(`${JSON.stringify({ workers: workers.map(workerJson) })}\n`)
  else {
    if (workers.length > 0)
      await output.write(table(['WORKER', 'HOST', 'STATE', 'ACTIVE', 'SEEN', 'STARTED', 'ID'], workers.map(workerRow)))
    if (!isAnyAlive) screen.line('No worker is alive: ytscriptify worker starts one.')
  }
  return isAnyAlive ? EXIT.done : EXIT.nobodyWorks
}

export async function inspectStats({ json }: InspectOptions, { settings, output }: CommandContext): Promise<ExitCode> {
  const stats = await withService(settings, ({ service }) => service.stats())
  await output.write(json ? `${JSON.stringify(statsJson(stats))}\n` : statsText(stats))
  return EXIT.done
}

/** A worker without a name is one that the database has forgotten, and whose work is about to be taken over. */
const activeRow = ({ worker, videoId, attempt, since, jobId, position }: ActiveTranscript): string[] => [
  printable(worker.name ?? worker.id),
  printable(videoId),
  String(attempt),
  instant(since),
  clockTime(systemClock.now() - since.getTime()),
  `${jobId} (${position + 1})`,
]

const workerRow = ({ name, host, isLost, active, seenAt, startedAt, id }: WorkerRecord): string[] => [
  printable(name),
  host === undefined ? '-' : printable(host),
  isLost ? 'lost' : 'alive',
  String(active),
  instant(seenAt),
  instant(startedAt),
  id,
]

function statsText({ jobs, transcripts, oldestDueMs, deliveries, lastMinute, gates }: ServiceStats): string {
  const closed = gates.filter(({ closedUntil = 0 }) => closedUntil > systemClock.now())
  const rows = [
    ['jobs', `${many(jobs.pending)} pending, ${many(jobs.processing)} processing`],
    ['videos', workText(transcripts)],
    ['next video', waitText(oldestDueMs)],
    ['callbacks', workText(deliveries)],
    ['next callback', waitText(deliveries.oldestDueMs)],
    [
      'last minute',
      `${lastMinute.jobs} jobs ended; videos: ${lastMinute.completed} completed, ${lastMinute.failed} failed, ${lastMinute.cancelled} cancelled`,
    ],
    [
      'pauses',
      closed.length === 0
        ? 'none'
        : closed.map(({ key, closedUntil = 0 }) => `${key} until ${instant(new Date(closedUntil))}`).join(', '),
    ],
  ]
  return table(['WHAT', 'NOW'], rows)
}

const workText = ({ due, waiting, processing }: ServiceStats['transcripts']): string =>
  `${many(due)} due, ${many(waiting)} waiting, ${many(processing)} processing`

const waitText = (ms: number | undefined): string => (ms === undefined ? '-' : `due since ${clockTime(ms)}`)

/** Counting ends at a limit, so that looking costs the same however much there is. */
const many = (count: number): string => (count >= STORAGE_RULES.countLimit ? `${count} or more` : String(count))
