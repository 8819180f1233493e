// ytscriptify status: one job and each of its videos, without the texts.
import { jobSummary, transcriptSummary, type Job, type Transcript } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { printable, shortened } from '../output/printable.ts'
import { instant, table } from '../output/table.ts'

export async function status(
  id: string,
  { json }: { readonly json?: boolean },
  { settings, output }: CommandContext,
): Promise<ExitCode> {
  await withService(settings, async ({ service }) => {
    const job = await service.get(id)
    const transcripts: Transcript[] = []
    for await (const transcript of service.transcripts(id)) transcripts.push(transcript)
    await output.write(json ? jsonOf(job, transcripts) : textOf(job, transcripts))
  })
  return EXIT.done
}

const jsonOf = (job: Job, transcripts: readonly Transcript[]): string =>
  `${JSON.stringify({ ...jobSummary(job), results: transcripts.map(transcriptSummary) })}\n`

function textOf(job: Job, transcripts: readonly Transcript[]): string {
  const { id, counts, createdAt, endedAt, retryOf } = job
  const facts = [
    ['Job', id],
    ['Status', job.status],
    ['Videos', `${counts.total}: ${counts.completed} done, ${counts.failed} failed, ${counts.cancelled} cancelled`],
    ['Created', instant(createdAt)],
    ...(endedAt ? [['Ended', instant(endedAt)]] : []),
    ...(retryOf === undefined ? [] : [['Retry of', retryOf]]),
  ]
  const head = facts.map(([name = '', value = '']) => `${name.padEnd(8)}  ${value}\n`).join('')
  return `${head}\n${table(['VIDEO', 'STATUS', 'TRIES', 'LANGUAGE', ''], transcripts.map(row))}`
}

function row({ videoId, status: state, attempt, result, error }: Transcript): string[] {
  const language = result ? `${result.language} ${result.kind}` : ''
  const remark = result ? (result.metadata.title ?? '') : (error?.message ?? '')
  return [videoId, state, String(attempt), language, shortened(printable(remark), 100)]
}
