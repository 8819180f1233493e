// ytscriptify import: takes over what the service before this one has stored.
import { DEFAULT_LIMITS, systemClock } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { importJobs } from '../import/import-jobs.ts'
import { createImportSummary } from '../import/import-summary.ts'
import { callbackJudge } from '../import/judge-callbacks.ts'
import { openOldDatabase } from '../import/open-old-database.ts'
import { judgingNotifier } from '../open-notifier.ts'
import { withService } from '../open-service.ts'
import { openSource } from '../open-source.ts'
import { createStopSwitch } from '../transcribe/stop-switch.ts'

export interface ImportOptions {
  /** Whose the jobs are here. */
  readonly owner: string
}

/** The old database is looked into before the new one is opened: what cannot be imported makes no database. */
export async function importOld(
  given: string,
  { owner }: ImportOptions,
  { settings, surroundings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const old = await openOldDatabase(given, { cwd: surroundings.cwd, target: settings.database })
  const stop = createStopSwitch({
    surroundings,
    beforeQuit: () => undefined,
    readerGone: output.closed,
    clock: systemClock,
  })
  const summary = createImportSummary()
  try {
    const counts = await old.count()
    await withService(settings, async ({ storage }) => {
      const steps = importJobs({
        old,
        storage,
        judge: callbackJudge(judgingNotifier(settings)),
        facts: {
          owner,
          source: openSource(settings),
          timeoutMs: settings.jobTimeoutMs,
          maxAgeMs: DEFAULT_LIMITS.maxJobAgeMs,
          now: new Date(systemClock.now()),
        },
        signal: stop.signal,
      })
      for await (const step of steps) {
        summary.add(step)
        screen.status(`Importing: ${summary.done()} of ${counts.jobs} jobs`)
      }
    })
    summary.tell(screen, { label: old.label, owner, counts })
    if (!stop.signal.aborted) return EXIT.done
    screen.line('Stopped before the end. Run it again to go on: what is here stays as it is.')
    return EXIT.interrupted
  } finally {
    stop.release()
    await old.close()
  }
}
