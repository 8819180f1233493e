// transcribe --dry-run: what would become of each URL. Nothing is stored, and of YouTube only lists are asked for.
import {
  HINTS,
  errorJson,
  previewSubmission,
  type ErrorRecord,
  type PreviewParts,
  type PreviewedUrl,
} from '@ytscriptify/core'
import type { OutputContext } from '../command-context.ts'
import { EXIT, exitCodeOfRecord, type ExitCode } from '../exit-codes.ts'
import { printable, shortened } from '../output/printable.ts'
import { instant, table } from '../output/table.ts'
import { untilWhen } from '../output/until-when.ts'
import type { ReadUrl } from './read-lists.ts'
import type { VideoRequest } from './submit-all.ts'

export interface DryRunOptions extends Pick<OutputContext, 'output' | 'screen'>, PreviewParts {
  readonly request: VideoRequest
  /** One line of JSON for each URL, instead of a table. */
  readonly json: boolean
}

export async function dryRun(urls: readonly ReadUrl[], options: DryRunOptions): Promise<ExitCode> {
  const { output, screen, json } = options
  const rows = await preview(urls, options)
  const text = json
    ? rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join('')
    : table(HEADINGS, rows.map(cellsOf))
  await output.write(text)
  for (const { error } of urls) {
    if (!error) continue
    const what = `${printable(error.message)} ${screen.paint.dim(printable(error.hint))}`
    screen.line(`${screen.paint.red('invalid:')} ${what}${untilWhen(error, Date.now())}`)
  }
  screen.line(summaryOf(rows))
  return exitCodeOf(rows)
}

async function preview(urls: readonly ReadUrl[], { source, storage, request }: DryRunOptions): Promise<readonly Row[]> {
  const rows: Row[] = []
  const submission = { ...request, urls: urls.map(({ url }) => url) }
  for await (const one of previewSubmission(submission, { source, storage })) {
    const position = rows.length
    const read = urls[position]
    const error = one.status === 'invalid' && { error: read?.error ?? notSupported(one.url) }
    rows.push({ ...read, ...one, ...error, position })
  }
  return rows
}

type Row = PreviewedUrl & ReadUrl & { readonly position: number }

const notSupported = (url: string): ErrorRecord => ({
  code: 'unsupported_url',
  message: `"${shortened(url, 120)}" is not the URL of a video, a playlist or a channel.`,
  hint: HINTS.unsupported_url,
  retryable: false,
})

/** What a submission would be refused for comes first; waiting mends the rest. */
function exitCodeOf(rows: readonly Row[]): ExitCode {
  const codes = rows.flatMap(({ error }) => (error ? [exitCodeOfRecord(error)] : []))
  if (codes.length === 0) return EXIT.done
  return codes.every((code) => code === EXIT.tryLater) ? EXIT.tryLater : EXIT.usage
}

const HEADINGS = ['NO.', 'STATUS', 'VIDEO', 'OF', 'TITLE']

/** Wide enough to recognise it. */
const TITLE_WIDTH = 60

function cellsOf(row: Row): readonly string[] {
  const title = row.status === 'invalid' ? row.url : (row.title ?? row.url)
  const videoId = row.status === 'invalid' ? '-' : row.videoId
  return [String(row.position + 1), row.status, videoId, ofWhat(row), shortened(printable(title), TITLE_WIDTH)]
}

function ofWhat(row: Row): string {
  if (row.status === 'duplicate') return `no. ${row.duplicateOf + 1}`
  if (row.status === 'stored') return instant(row.fetchedAt)
  return row.error?.code ?? ''
}

/** Positions count from 0 there, as everywhere in JSON. */
const lineOf = (row: Row): object => ({
  position: row.position,
  status: row.status,
  url: row.url,
  video_id: row.status === 'invalid' ? null : row.videoId,
  title: row.title ?? null,
  list: row.list ?? null,
  duplicate_of: row.status === 'duplicate' ? row.duplicateOf : null,
  fetched_at: row.status === 'stored' ? row.fetchedAt.toISOString() : null,
  error: row.error ? errorJson(row.error) : null,
})

function summaryOf(rows: readonly Row[]): string {
  const count = (status: PreviewedUrl['status']): number => rows.filter((one) => one.status === status).length
  const parts = [
    `${count('unique')} unique`,
    `${count('duplicate')} duplicate`,
    `${count('stored')} already stored`,
    `${count('invalid')} invalid`,
  ]
  return `${rows.length} in the list: ${parts.join(', ')}. Nothing was stored.`
}
