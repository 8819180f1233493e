// transcribe --dry-run: what would become of each URL. Nothing is stored, and of YouTube only lists are asked for.
import { existsSync } from 'node:fs'
import {
  previewSubmission,
  type ExpandedUrl,
  type PreviewParts,
  type PreviewedUrl,
  type TranscriptSource,
} from '@ytscriptify/core'
import type { OutputContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { openStorage } from '../open-storage.ts'
import { printable, shortened } from '../output/printable.ts'
import { instant, table } from '../output/table.ts'
import type { DatabaseSettings } from '../settings/settings.ts'
import type { VideoRequest } from './submit-all.ts'

export interface DryRunOptions extends Pick<OutputContext, 'output' | 'screen'> {
  readonly source: TranscriptSource
  readonly database: DatabaseSettings
  readonly request: VideoRequest
  /** One line of JSON for each URL, instead of a table. */
  readonly json: boolean
}

export async function dryRun(videos: readonly ExpandedUrl[], options: DryRunOptions): Promise<ExitCode> {
  const { output, screen, json } = options
  const previewed = await preview(videos, options)
  const rows = previewed.map((one, position): Row => ({ ...videos[position], ...one, position }))
  const text = json
    ? rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join('')
    : table(HEADINGS, rows.map(cellsOf))
  await output.write(text)
  screen.line(summaryOf(previewed))
  return previewed.some(({ status }) => status === 'invalid') ? EXIT.usage : EXIT.done
}

async function preview(
  videos: readonly ExpandedUrl[],
  { source, database, request }: DryRunOptions,
): Promise<readonly PreviewedUrl[]> {
  const { storage, close } = await openForReading(database)
  try {
    const previewed: PreviewedUrl[] = []
    const submission = { ...request, urls: videos.map(({ url }) => url) }
    for await (const one of previewSubmission(submission, { source, storage })) previewed.push(one)
    return previewed
  } finally {
    await close()
  }
}

/** A file that is not there has nothing stored, and is not made for that. */
async function openForReading(
  database: DatabaseSettings,
): Promise<{ readonly storage: PreviewParts['storage']; close(): Promise<void> }> {
  if (database.type === 'sqlite' && !existsSync(database.file)) {
    return { storage: { findReusable: async () => [] }, close: async () => undefined }
  }
  const storage = await openStorage(database)
  try {
    await storage.ready()
  } catch (error) {
    await storage.close()
    throw error
  }
  return { storage, close: () => storage.close() }
}

type Row = PreviewedUrl & ExpandedUrl & { readonly position: number }

const HEADINGS = ['NO.', 'STATUS', 'VIDEO', 'OF', 'TITLE']

/** Wide enough to recognise it. */
const TITLE_WIDTH = 60

function cellsOf(row: Row): readonly string[] {
  const title = row.status === 'invalid' ? row.url : (row.title ?? row.url)
  const videoId = row.status === 'invalid' ? '' : row.videoId
  return [String(row.position + 1), row.status, videoId, ofWhat(row), shortened(printable(title), TITLE_WIDTH)]
}

function ofWhat(row: Row): string {
  if (row.status === 'duplicate') return `no. ${row.duplicateOf + 1}`
  return row.status === 'stored' ? instant(row.fetchedAt) : ''
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
})

function summaryOf(previewed: readonly PreviewedUrl[]): string {
  const count = (status: PreviewedUrl['status']): number => previewed.filter((one) => one.status === status).length
  const parts = [
    `${count('unique')} unique`,
    `${count('duplicate')} duplicate`,
    `${count('stored')} already stored`,
    `${count('invalid')} invalid`,
  ]
  return `${previewed.length} in the list: ${parts.join(', ')}. Nothing was stored.`
}
