// ytscriptify worker: works on every stored job, and sends every callback, until it is told to stop.
import type { TranscriptionWorker } from '@ytscriptify/core'
import { callbackMistakes } from '../callback-mistakes.ts'
import type { CommandContext } from '../command-context.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Log } from '../log/log.ts'
import { startOperationsServer } from '../serve/operations-server.ts'
import { runServiceProcess, serviceWorkerOptions } from '../service-process.ts'
import { findGiven } from '../settings/given-settings.ts'
import { badConfiguration } from '../settings/read-settings.ts'
import { databaseName } from '../settings/settings.ts'
import type { WorkerFlags } from '../worker-flags.ts'

export interface WorkerCommandOptions extends WorkerFlags {
  /** `%h` stands for the host. */
  readonly name: string
}

export async function worker(options: WorkerCommandOptions, context: CommandContext): Promise<ExitCode> {
  const { settings, surroundings } = context
  const issues = callbackMistakes(findGiven(surroundings).given)
  if (issues.length > 0) throw badConfiguration(issues)

  return runServiceProcess(context, { use: 'worker', flags: options }, async ({ log, opened, interrupted }) => {
    const operations = await startOperationsServer(opened, { settings, log })
    const running = opened.service.createWorker(serviceWorkerOptions(settings, options))
    running.start()
    log.write('info', 'worker.started', {
      name: running.name,
      id: running.id,
      database: databaseName(settings.database),
    })
    await interrupted
    await stopWorker(running, { log })
    await operations?.close()
  })
}

/** Lets it finish what it has begun, and tells what it has done. */
export async function stopWorker(running: TranscriptionWorker, { log }: { readonly log: Log }): Promise<void> {
  const { name } = running
  log.write('info', 'worker.stopping', { name, running: running.stats().running })
  await running.stop()
  const { claimed, completed, failed, postponed, stale } = running.stats()
  log.write('info', 'worker.stopped', { name, claimed, completed, failed, postponed, stale })
}
