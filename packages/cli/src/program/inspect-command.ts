// The subcommands that show what is going on, as `celery inspect` did.
import { Command } from 'commander'
import type { Act } from '../command-context.ts'
import type { InspectActiveOptions, InspectOptions } from '../commands/inspect.ts'
import { pageSize } from './page-size.ts'

export function inspectCommand(act: Act): Command {
  const active = new Command('active')
    .description('list the videos that are being worked on: by which worker, since when, at which attempt')
    .option('--limit <n>', 'how many at most, the longest first', pageSize, 100)
    .option('--json', 'one JSON object: {"active": […]}')
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { inspectActive } = await import('../commands/inspect.ts')
        return inspectActive(self.opts<InspectActiveOptions>(), context)
      }),
    )
  const stats = new Command('stats')
    .description('show how much there is to do, how long the oldest waits, and what the last minute has done')
    .option('--json', 'one JSON object')
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { inspectStats } = await import('../commands/inspect.ts')
        return inspectStats(self.opts<InspectOptions>(), context)
      }),
    )
  const workers = new Command('workers')
    .summary('list the workers of all machines')
    .description('Lists the workers of all machines. Ends with 6 where none is alive.')
    .option('--json', 'one JSON object: {"workers": […]}')
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { inspectWorkers } = await import('../commands/inspect.ts')
        return inspectWorkers(self.opts<InspectOptions>(), context)
      }),
    )
  const group = new Command('inspect').description('look at what is going on, on all machines')
  for (const command of [active, stats, workers]) group.addCommand(command)
  return group
}
