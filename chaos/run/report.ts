// What a run was, in a few lines.
import { entriesOf, type Entry } from './entries.ts'
import { percentile, recoveriesIn } from './recovery.ts'

export interface Report {
  readonly jobs: number
  readonly videos: number
  readonly kills: number
  readonly pauses: number
  /** Of Redis and of the database. */
  readonly outages: number
  /** Everything else that was done, by its name. */
  readonly others: ReadonlyMap<string, number>
  readonly accepted: number
  /** Results that came after their attempt was taken back, or their job cancelled. */
  readonly refused: number
  readonly workerLost: number
  readonly callbacks: number
  /** In milliseconds. */
  readonly recoveries: readonly number[]
}

export function reportOn(entries: readonly Entry[]): Report {
  const done = new Map<string, number>()
  for (const { how } of entriesOf(entries, 'disturbed')) done.set(how, (done.get(how) ?? 0) + 1)
  const take = (how: string): number => {
    const count = done.get(how) ?? 0
    done.delete(how)
    return count
  }
  const promised = entriesOf(entries, 'promised')
  const ended = entriesOf(entries, 'said').filter(({ event }) => event === 'attempt.ended')
  const lost = entriesOf(entries, 'row').filter(({ row }) => row['error_code'] === 'worker_lost')
  return {
    jobs: promised.length,
    videos: promised.reduce((sum, { urls }) => sum + urls, 0),
    kills: take('killed'),
    pauses: take('paused'),
    outages: take('Redis stopped') + take('database crashed'),
    others: done,
    accepted: ended.filter(({ outcome }) => outcome !== 'stale' && outcome !== 'lost').length,
    refused: ended.filter(({ outcome }) => outcome === 'stale').length,
    workerLost: lost.filter(({ table }) => table === 'transcripts').length,
    callbacks: entriesOf(entries, 'received').length,
    recoveries: recoveriesIn(entries),
  }
}

export function sumOf(reports: readonly Report[]): Report {
  const others = new Map<string, number>()
  for (const report of reports)
    for (const [how, count] of report.others) others.set(how, (others.get(how) ?? 0) + count)
  const sum = (of: (report: Report) => number): number => reports.reduce((all, report) => all + of(report), 0)
  return {
    jobs: sum(({ jobs }) => jobs),
    videos: sum(({ videos }) => videos),
    kills: sum(({ kills }) => kills),
    pauses: sum(({ pauses }) => pauses),
    outages: sum(({ outages }) => outages),
    others,
    accepted: sum(({ accepted }) => accepted),
    refused: sum(({ refused }) => refused),
    workerLost: sum(({ workerLost }) => workerLost),
    callbacks: sum(({ callbacks }) => callbacks),
    recoveries: reports.flatMap(({ recoveries }) => recoveries),
  }
}

export function linesOf(report: Report): readonly string[] {
  const { jobs, videos, kills, pauses, outages, others, accepted, refused, workerLost, callbacks, recoveries } = report
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
  return [
    `${jobs} jobs of ${videos} videos, ${callbacks} callbacks`,
    [
      `${kills} kills`,
      `${pauses} pauses`,
      `${outages} outages`,
      ...[...others].map(([how, n]) => `${n} × ${how}`),
    ].join(', '),
    `${accepted} results accepted, ${refused} stale ones refused, ${workerLost} videos given up as worker_lost`,
    `recovery of ${recoveries.length} videos: p50 ${seconds(percentile(recoveries, 0.5))}, p95 ${seconds(percentile(recoveries, 0.95))}`,
  ]
}
