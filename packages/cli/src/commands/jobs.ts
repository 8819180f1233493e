// ytscriptify jobs: what is stored, newest first.
import { jobSummary, type Job, type JobStatus } from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { withService } from '../open-service.ts'
import { instant, table } from '../output/table.ts'

export interface JobsOptions {
  readonly status?: JobStatus
  readonly limit: number
  readonly cursor?: string
  readonly json?: boolean
}

export async function jobs(
  { json, ...query }: JobsOptions,
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const page = await withService(settings, ({ service }) => service.list(query))
  if (json) {
    const body = { jobs: page.jobs.map(jobSummary), next_cursor: page.nextCursor ?? null }
    await output.write(`${JSON.stringify(body)}\n`)
    return EXIT.done
  }
  if (page.jobs.length === 0) screen.line('No jobs.')
  else await output.write(table(['JOB', 'STATUS', 'VIDEOS', 'DONE', 'FAILED', 'CREATED'], page.jobs.map(row)))
  if (page.nextCursor !== undefined) screen.line(`More: ytscriptify jobs --cursor ${page.nextCursor}`)
  return EXIT.done
}

const row = ({ id, status, counts, createdAt }: Job): string[] => [
  id,
  status,
  String(counts.total),
  String(counts.completed),
  String(counts.failed),
  instant(createdAt),
]
