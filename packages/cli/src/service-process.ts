// What server and worker have in common: a log, keys, a service with callbacks, and an end in good order.
import { inspect } from 'node:util'
import type { WorkerOptions } from '@ytscriptify/core'
import type { CommandContext } from './command-context.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { keysInEffect, type KeysInEffect, type KeyUse } from './keys/keys-in-effect.ts'
import { logEvents } from './log/log-events.ts'
import { openLog, type OpenedLog } from './log/open-log.ts'
import { openNotifier } from './open-notifier.ts'
import { openService, type OpenedService } from './open-service.ts'
import { openSource } from './open-source.ts'
import { findSettings } from './settings/read-settings.ts'
import type { Settings } from './settings/settings.ts'
import type { Surroundings } from './surroundings.ts'
import { workerName, workerOptions, type WorkerFlags } from './worker-flags.ts'

export interface ServiceProcess {
  readonly log: OpenedLog
  readonly keys: KeysInEffect
  readonly opened: OpenedService
  /** Resolves at the first SIGTERM or Ctrl-C. A second one, while it still drains, ends the process at once. */
  readonly interrupted: Promise<void>
}

export interface ServiceProcessOptions {
  readonly use: KeyUse
  readonly flags: WorkerFlags
}

/** Runs `work` with everything open, and closes it again. */
export async function runServiceProcess(
  { settings, surroundings }: CommandContext,
  { use, flags }: ServiceProcessOptions,
  work: (process: ServiceProcess) => Promise<void>,
): Promise<ExitCode> {
  const keys = await keysInEffect(settings, { use })
  const log = await openLog(settings, { surroundings, keys })
  const forgetUncaught = surroundings.onUncaught((error) => {
    log.write('error', 'process.crashed', { message: inspect(error) })
    surroundings.quit(EXIT.unexpected)
  })
  try {
    const notifier = openNotifier(settings, { secretKeys: keys.secretKeys })
    const source = openSource(settings, { concurrency: concurrencyOf(settings, flags) })
    const opened = await openService(settings, { source, notifier })
    try {
      logEvents(opened.events, log)
      for (const notice of findSettings(surroundings).notices) log.write('info', 'notice', { message: notice })
      await work({ log, keys, opened, interrupted: untilInterrupted(surroundings) })
      return EXIT.done
    } finally {
      await opened.service.close()
    }
  } finally {
    forgetUncaught()
    log.close()
  }
}

/** The worker's options, from flags and settings. */
export function serviceWorkerOptions(
  settings: Settings,
  flags: WorkerFlags & { readonly name: string },
): WorkerOptions {
  const { callbacks, server, drainMs, retentionMs } = settings
  const { concurrency, perReceiver, inlineLimitBytes } = callbacks
  const { lease } = flags
  return {
    name: workerName(flags.name),
    drainMs,
    ...(retentionMs !== undefined && { retentionMs }),
    ...workerOptions({ ...flags, concurrency: concurrencyOf(settings, flags) }),
    deliveries: {
      concurrency,
      perReceiver,
      inlineLimitBytes,
      ...(lease !== undefined && { leaseMs: lease, attemptTimeoutMs: Math.min(20_000, Math.floor(lease * 0.75)) }),
      ...(server.publicUrl !== undefined && { publicUrl: server.publicUrl }),
    },
  }
}

const concurrencyOf = ({ workerConcurrency }: Settings, { concurrency = workerConcurrency }: WorkerFlags): number =>
  concurrency

async function untilInterrupted({ onInterrupt, quit }: Surroundings): Promise<void> {
  await new Promise<void>((resolve) => {
    let isStopping = false
    onInterrupt(() => {
      if (isStopping) quit(EXIT.interrupted)
      isStopping = true
      resolve()
    })
  })
}
