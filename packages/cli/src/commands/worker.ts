// ytscriptify worker: works on every stored job until it is told to stop.
import { basename } from 'node:path'
import { systemClock } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { createLog } from '../output/log.ts'
import { logEvents } from '../output/log-events.ts'
import { openService, openSource } from '../open-service.ts'
import { findSettings } from '../settings/read-settings.ts'
import { workerName, workerOptions, type WorkerFlags } from '../worker-flags.ts'

export interface WorkerCommandOptions extends WorkerFlags {
  /** `%h` stands for the host. */
  readonly name: string
}

export async function worker(
  options: WorkerCommandOptions,
  { settings, surroundings }: CommandContext,
): Promise<ExitCode> {
  const log = createLog({ stream: surroundings.stderr, level: settings.logLevel, now: systemClock.now })
  const { service, events } = await openService(settings, openSource(settings, options))
  try {
    logEvents(events, log)
    for (const notice of findSettings(surroundings).notices) log.write('info', 'notice', { message: notice })
    const name = workerName(options.name)
    const running = service.createWorker({ name, ...workerOptions(options) })
    const interrupted = untilInterrupted(surroundings)
    running.start()
    log.write('info', 'worker.started', { name, id: running.id, database: basename(settings.databaseFile) })

    await interrupted
    log.write('info', 'worker.stopping', { name, running: running.stats().running })
    await running.stop()
    const { claimed, completed, failed, postponed, stale } = running.stats()
    log.write('info', 'worker.stopped', { name, claimed, completed, failed, postponed, stale })
    return EXIT.done
  } finally {
    await service.close()
  }
}

/** Resolves at the first signal. A second one, while the worker still drains, ends the process at once. */
async function untilInterrupted({ onInterrupt, quit }: CommandContext['surroundings']): Promise<void> {
  await new Promise<void>((resolve) => {
    let isStopping = false
    onInterrupt(() => {
      if (isStopping) quit(EXIT.interrupted)
      isStopping = true
      resolve()
    })
  })
}
