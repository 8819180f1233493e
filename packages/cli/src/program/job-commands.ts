// The subcommands that look at stored jobs, and change them.
import { JOB_STATUSES } from '@ytscriptify/core'
import { Command, Option } from 'commander'
import type { Act } from '../command-context.ts'
import type { JobsOptions } from '../commands/jobs.ts'
import { pageSize } from './page-size.ts'

export const jobCommands = (act: Act): Command[] => [
  new Command('jobs')
    .description('list stored jobs, newest first')
    .addOption(new Option('--status <status>', 'only jobs with this status').choices(JOB_STATUSES))
    .option('--limit <n>', 'how many on one page', pageSize, 20)
    .option('--cursor <cursor>', 'where to go on, as the page before said')
    .option('--json', 'one JSON object: {"jobs": […], "next_cursor": …}')
    .action((_options, self: Command) =>
      act(self, async (context) => {
        const { jobs } = await import('../commands/jobs.ts')
        return jobs(self.opts<JobsOptions>(), context)
      }),
    ),
  new Command('status')
    .argument('<job>', 'id of a job')
    .description('show a job and each of its videos')
    .option('--json', 'one JSON object, without the texts')
    .action((id: string, _options, self: Command) =>
      act(self, async (context) => {
        const { status } = await import('../commands/status.ts')
        return status(id, self.opts<{ json?: boolean }>(), context)
      }),
    ),
  new Command('cancel')
    .argument('<job>', 'id of a job')
    .description('end a job; what is completed stays')
    .action((id: string, _options, self: Command) =>
      act(self, async (context) => {
        const { cancel } = await import('../commands/cancel.ts')
        return cancel(id, context)
      }),
    ),
  new Command('retry')
    .argument('<job>', 'id of a job that has ended')
    .description('make a new job of the failed and cancelled videos; prints its id')
    .action((id: string, _options, self: Command) =>
      act(self, async (context) => {
        const { retry } = await import('../commands/retry.ts')
        return retry(id, context)
      }),
    ),
  new Command('deliveries')
    .argument('<job>', 'id of a job')
    .description('show what became of the callbacks of a job')
    .option('--json', 'one JSON object: {"deliveries": […]}')
    .action((id: string, _options, self: Command) =>
      act(self, async (context) => {
        const { deliveries } = await import('../commands/deliveries.ts')
        return deliveries(id, self.opts<{ json?: boolean }>(), context)
      }),
    ),
  new Command('replay')
    .argument('<job>', 'id of a job')
    .argument('<delivery>', 'id of one of its deliveries')
    .description('send a callback again, under the same id')
    .action((jobId: string, deliveryId: string, _options, self: Command) =>
      act(self, async (context) => {
        const { replay } = await import('../commands/replay.ts')
        return replay(jobId, deliveryId, context)
      }),
    ),
]
