// ytscriptify cancel: ends a job; what is completed stays.
import type { CommandContext } from '../command-context.ts'
import { countOf } from '../output/count-of.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'

export async function cancel(id: string, { settings, screen }: CommandContext): Promise<ExitCode> {
  const { counts } = await withService(settings, ({ service }) => service.cancel(id))
  screen.line(
    `Cancelled: ${counts.cancelled} of ${countOf(counts.total, 'video')}; ${counts.completed} were completed and stay.`,
  )
  return EXIT.done
}
