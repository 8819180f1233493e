// ytscriptify retry: a new job of the failed and cancelled videos of an old one.
import type { CommandContext } from '../command-context.ts'
import { countOf } from '../output/count-of.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { judgingNotifier } from '../open-notifier.ts'
import { withService } from '../open-service.ts'
import { resumeCommand } from '../transcribe/resume-command.ts'

/** The id of the new job is the data: `ytscriptify transcribe --resume "$(ytscriptify retry JOB)"`. */
export async function retry(id: string, { settings, surroundings, output, screen }: CommandContext): Promise<ExitCode> {
  const { job } = await withService(settings, ({ service }) => service.retry(id), {
    notifier: judgingNotifier(settings),
  })
  await output.write(`${job.id}\n`)
  const command = resumeCommand({ jobIds: [job.id], texts: [], folder: undefined, env: surroundings.env })
  screen.line(
    `A new job of ${countOf(job.counts.total, 'video')} is stored. A worker takes it, or:\n  ${screen.paint.bold(command)}`,
  )
  return EXIT.done
}
