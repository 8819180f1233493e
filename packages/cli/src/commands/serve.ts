// ytscriptify serve: the HTTP API, and a worker in the same process, until it is told to stop.
import { createHttpServer } from '@ytscriptify/http-server'
import { callbackMistakes } from '../callback-mistakes.ts'
import type { CommandContext } from '../command-context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { openLimits } from '../open-limits.ts'
import { listenProblem } from '../serve/listen-problem.ts'
import { openMetrics } from '../serve/open-metrics.ts'
import { serverMistakes } from '../serve/server-mistakes.ts'
import { httpServerOptions } from '../serve/server-options.ts'
import { startupLines } from '../serve/startup-lines.ts'
import { runServiceProcess, serviceWorkerOptions } from '../service-process.ts'
import { badConfiguration } from '../settings/read-settings.ts'
import { findGiven } from '../settings/given-settings.ts'
import type { Settings } from '../settings/settings.ts'
import type { WorkerFlags } from '../worker-flags.ts'
import { stopWorker } from './worker.ts'

export interface ServeOptions extends WorkerFlags {
  readonly host?: string
  readonly port?: number
  /** Whether this process works on jobs and sends callbacks, too. */
  readonly worker: boolean
  /** Of the worker; `%h` stands for the host. */
  readonly name: string
}

export async function serve(options: ServeOptions, context: CommandContext): Promise<ExitCode> {
  const { surroundings, output } = context
  const settings = withFlags(context.settings, options)
  const { given } = findGiven(surroundings)
  const issues = [...callbackMistakes(given), ...serverMistakes(given)]
  if (issues.length > 0) throw badConfiguration(issues)

  return runServiceProcess({ ...context, settings }, { use: 'server', flags: options }, async (parts) => {
    const { log, keys, opened, interrupted } = parts
    const limits = await openLimits(settings)
    const metrics = openMetrics(opened, { log })
    const { queue } = opened
    const server = createHttpServer(
      opened.service,
      httpServerOptions(settings, { keys, log, metrics, queue, store: limits.store }),
    )
    const { url } = await server.listen().catch((error: unknown) => {
      throw listenProblem(error)
    })
    const running = options.worker ? opened.service.createWorker(serviceWorkerOptions(settings, options)) : undefined
    log.write('info', 'server.started', { url, worker: running?.name ?? 'none' })
    await output.write(startupLines({ url, keys, settings, env: surroundings.env }))
    // After the first requests, which do not need them, and before the first attempt, which they count.
    await metrics.load()
    running?.start()

    await interrupted
    log.write('info', 'server.stopping', { url })
    await Promise.all([server.close({ drainMs: settings.drainMs }), ...(running ? [stopWorker(running, { log })] : [])])
    await limits.close()
    log.write('info', 'server.stopped', { url })
  })
}

/** What the command line says counts before what the environment says. */
const withFlags = (settings: Settings, { host, port }: ServeOptions): Settings => ({
  ...settings,
  server: {
    ...settings.server,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
  },
})
