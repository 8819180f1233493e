// What the tables of the older service are made of, and what is none of its databases.
import { TranscriptionError } from '@ytscriptify/core'

export type OldTable = 'jobs' | 'transcripts'

/** The names of the columns that are there; empty where there is no such table. */
export type OldColumns = Readonly<Record<OldTable, ReadonlySet<string>>>

const NEEDED = { jobs: ['id'], transcripts: ['id', 'job_id'] } as const satisfies Record<OldTable, readonly string[]>

/** Present only in a database of ours. */
export const OUR_TABLE = 'ytscriptify_migrations'

/** @throws {TranscriptionError} `storage_incompatible` where this is no database of the older service. */
export function checkOldSchema(
  columns: OldColumns,
  { label, isOurs }: { readonly label: string; readonly isOurs: boolean },
): void {
  if (isOurs) {
    throw new TranscriptionError('storage_incompatible', `${label} is a database of this version already.`, {
      hint: 'There is nothing to import: name it in DATABASE_URL. To move it to another machine, restore a backup there.',
    })
  }
  const missing = (['jobs', 'transcripts'] as const).flatMap((table) => missingOf(table, columns[table]))
  if (missing.length === 0) return
  throw new TranscriptionError(
    'storage_incompatible',
    `${label} is no database of the older service: it has no ${missing.join(' and no ')}.`,
    { hint: 'Give the DATABASE_URL of the older service, or the path of its SQLite file.' },
  )
}

function missingOf(table: OldTable, columns: ReadonlySet<string>): string[] {
  if (columns.size === 0) return [`table "${table}"`]
  return NEEDED[table].filter((name) => !columns.has(name)).map((name) => `column "${name}" in "${table}"`)
}

/**
 * The columns of `jobs` and of `transcripts` as a query reads them, each as text under the name of ours; those that are not
 * there as null. `quoted` and `asText` write them in the SQL of one engine.
 */
export function selectionOf(table: OldTable, columns: ReadonlySet<string>, asText: (column: string) => string): string {
  const names = Object.entries(COLUMNS[table])
  return names.map(([name, column]) => `${columns.has(column) ? asText(column) : 'null'} as "${name}"`).join(', ')
}

const COLUMNS = {
  jobs: {
    id: 'id',
    status: 'status',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
    callbackUrl: 'callback_url',
    errorMessage: 'error_message',
  },
  transcripts: {
    url: 'url',
    videoId: 'video_id',
    data: 'transcript_data',
    status: 'status',
    errorMessage: 'error_message',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
} as const satisfies Record<OldTable, Record<string, string>>
