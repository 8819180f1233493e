// What `transcribe` tells people on stderr: where the work is stored, which videos failed, how it ended, how to go on.
import type { Job, Transcript } from '@ytscriptify/core'
import { countOf } from '../output/count-of.ts'
import { printable } from '../output/printable.ts'
import { untilWhen } from '../output/until-when.ts'
import { resumeCommand } from './resume-command.ts'
import type { Screen } from '../output/screen.ts'
import type { StopReason } from './stop-switch.ts'
import type { RunTally } from './tally.ts'

export interface RunReport {
  /** The videos are stored: from now on nothing is lost. */
  stored(database: string): void
  stopping(reason: StopReason, drainMs: number): void
  /** Names the video when it has ended without a text. */
  ended(transcript: Transcript): void
  summary(tally: RunTally): void
  howToResume(): void
}

type StoredJob = Pick<Job, 'id' | 'counts'>

export interface RunReportOptions {
  /** The jobs of the run, also those that are added later. */
  readonly jobs: readonly StoredJob[]
  /** How many videos there are to store; none when stored jobs are resumed. */
  readonly listed: number
  readonly screen: Screen
  /** How results are written, so that they are written alike when the run is resumed. */
  readonly texts: readonly string[]
  readonly folder: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether nothing is to be said any more, since nobody reads the output. */
  readonly isQuiet: () => boolean
}

export function createRunReport(options: RunReportOptions): RunReport {
  const { jobs, listed, screen, texts, folder, env, isQuiet } = options
  const { paint } = screen
  const line = (text: string): void => void (isQuiet() || screen.line(text))

  return {
    stored(database) {
      if (jobs.length > 0)
        line(paint.dim(`${nameOf(jobs)}: ${countOf(videosOf(jobs), 'video')}, stored in ${database}`))
      const missing = listed - videosOf(jobs)
      if (missing > 0)
        line(`${paint.yellow('stopped:')} the last ${countOf(missing, 'video')} of the list are not stored.`)
    },

    stopping(reason, drainMs) {
      if (reason === 'interrupted')
        line(`Stopping: up to ${drainMs / 1_000} s for what is on its way. Ctrl-C again ends at once.`)
    },

    ended({ url, status, error }) {
      if (status === 'cancelled') line(`${paint.yellow('cancelled:')} ${printable(url)}`)
      if (status !== 'failed' || !error) return
      line(`${paint.red('failed:')} ${printable(url)}`)
      line(`  ${printable(error.message)} ${paint.dim(printable(error.hint))}`)
    },

    summary(tally) {
      if (tally.total > 1 || tally.completed < tally.total) line(`${countOf(tally.total, 'video')}: ${outcome(tally)}`)
      if (tally.unfinished === 0) return tellMissing()
      const { waitsBecause } = tally
      if (waitsBecause) {
        const { message, hint } = waitsBecause
        const when = untilWhen(waitsBecause, Date.now())
        line(`${paint.yellow('why:')} ${printable(message)} ${printable(hint)}${when}`)
      }
      howToResume()
    },

    howToResume,
  }

  function howToResume(): void {
    if (jobs.length === 0) return
    line('What is left is stored. To continue:')
    line(`  ${paint.bold(resumeCommand({ jobIds: idsOf(jobs), texts, folder, env }))}`)
    tellMissing()
  }

  /** A list whose storing was cut short. */
  function tellMissing(): void {
    const missing = listed - videosOf(jobs)
    if (missing === 1) line('1 video of the list is not stored: give it again.')
    if (missing > 1) line(`${missing} videos of the list are not stored: give them again.`)
  }
}

/** `48 done, 1 failed, 1 left` */
function outcome({ completed, failed, cancelled, unfinished }: RunTally): string {
  const parts = [
    `${completed} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ...(unfinished > 0 ? [`${unfinished} left`] : []),
  ]
  return parts.join(', ')
}

/** So many ids are worth reading. */
const MAX_IDS = 3

function nameOf(jobs: readonly StoredJob[]): string {
  if (jobs.length > MAX_IDS) return `${jobs.length} jobs (ytscriptify jobs lists them)`
  return `${jobs.length === 1 ? 'Job' : `${jobs.length} jobs`} ${idsOf(jobs).join(',')}`
}

const videosOf = (jobs: readonly StoredJob[]): number => jobs.reduce((sum, { counts }) => sum + counts.total, 0)

const idsOf = (jobs: readonly StoredJob[]): string[] => jobs.map(({ id }) => id)
