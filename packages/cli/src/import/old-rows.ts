// Rows of the older service's tables as the queries of the readers give them. The only place that looks into them.
import type { OldJob, OldPlace, OldTranscript } from './old-database.ts'

type Row = Readonly<Record<string, unknown>>

export const oldJob = (row: Row): OldJob => ({
  id: text(row, 'id') ?? '',
  status: text(row, 'status'),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
  callbackUrl: text(row, 'callbackUrl'),
  errorMessage: text(row, 'errorMessage'),
})

export const oldTranscript = (row: Row): OldTranscript => ({
  id: count(row['id']),
  url: text(row, 'url'),
  videoId: text(row, 'videoId'),
  data: text(row, 'data'),
  status: text(row, 'status'),
  errorMessage: text(row, 'errorMessage'),
  createdAt: text(row, 'createdAt'),
  updatedAt: text(row, 'updatedAt'),
})

export const oldPlace = (row: Row): OldPlace => ({ jobId: text(row, 'job_id') ?? '', id: count(row['id']) })

/** PostgreSQL gives counts and large ids as text. */
export const count = (value: unknown): number => Number(value)

/** The queries make text of every column. */
function text(row: Row, name: string): string | null {
  const value = row[name]
  return typeof value === 'string' ? value : null
}
