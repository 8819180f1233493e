// ytscriptify purge: deletes jobs that ended long ago, in chunks, while everything else goes on.
import { systemClock } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { countOf } from '../output/count-of.ts'
import { createStopSwitch } from '../transcribe/stop-switch.ts'

export interface PurgeOptions {
  /** As it was written, and in milliseconds. */
  readonly olderThan: { readonly text: string; readonly ms: number }
}

export async function purge(
  { olderThan }: PurgeOptions,
  { settings, surroundings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const stop = createStopSwitch({
    surroundings,
    beforeQuit: () => undefined,
    readerGone: output.closed,
    clock: systemClock,
  })
  try {
    const count = await withService(settings, async ({ service, events }) => {
      let deleted = 0
      events.on('jobs.purged', (chunk) => {
        deleted += chunk.count
        screen.status(`Deleting: ${countOf(deleted, 'job')} so far`)
      })
      return service.purge({ olderThanMs: olderThan.ms, signal: stop.signal })
    })
    screen.line(`Deleted ${countOf(count, 'job')} that ended more than ${olderThan.text} ago.`)
    if (!stop.signal.aborted) return EXIT.done
    screen.line('Stopped before the end: there may be more.')
    return EXIT.interrupted
  } finally {
    stop.release()
  }
}
