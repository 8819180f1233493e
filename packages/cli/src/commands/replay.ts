// ytscriptify replay: makes a callback due again, under its own id.
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'

export async function replay(
  jobId: string,
  deliveryId: string,
  { settings, screen }: CommandContext,
): Promise<ExitCode> {
  const { status } = await withService(settings, ({ service }) => service.replay(jobId, deliveryId))
  screen.line(
    status === 'pending' ? 'It is due now: a running server or worker sends it.' : `It stays as it is: ${status}.`,
  )
  return EXIT.done
}
