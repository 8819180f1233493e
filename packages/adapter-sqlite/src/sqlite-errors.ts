// What the errors of SQLite drivers mean. https://www.sqlite.org/rescode.html
import { TranscriptionError, type ErrorCode } from '@ytscriptify/core'

/** Primary result codes, as far as they say something about the database rather than about a statement. */
const RESULT_CODES = {
  3: 'PERM',
  5: 'BUSY',
  6: 'LOCKED',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  23: 'AUTH',
  26: 'NOTADB',
} as const satisfies Record<number, string>

export type ResultCode = (typeof RESULT_CODES)[keyof typeof RESULT_CODES]

const NAMES: ReadonlyMap<number, ResultCode> = new Map(
  Object.entries(RESULT_CODES).map(([code, name]) => [Number(code), name]),
)

/** The primary result code of a driver's error: node:sqlite gives a number, better-sqlite3 a name like `SQLITE_BUSY_SNAPSHOT`. */
export function resultCodeOf(error: unknown): ResultCode | undefined {
  if (!(error instanceof Error)) return undefined
  // The primary code is the last byte of an extended one.
  if ('errcode' in error && typeof error.errcode === 'number') return NAMES.get(error.errcode & 0xff)
  const [prefix, name] = 'code' in error ? String(error.code).split('_') : []
  return prefix === 'SQLITE' ? [...NAMES.values()].find((known) => known === name) : undefined
}

/** Somebody else has a lock: the same again, a little later, may well succeed. */
export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error)
  return code === 'BUSY' || code === 'LOCKED' || code === 'PROTOCOL'
}

/** What an error says about the database. `undefined` for one that is about a statement. */
export function storageErrorOf(error: unknown, label: string): TranscriptionError | undefined {
  const code = resultCodeOf(error)
  if (!code) return undefined
  const { says, hint, as = 'storage_unavailable' }: Meaning = MEANINGS[code]
  return new TranscriptionError(as, `${label} ${says}.`, { hint, cause: error })
}

interface Meaning {
  /** What follows the name of the file. */
  readonly says: string
  readonly hint: string
  readonly as?: ErrorCode
}

const BUSY: Meaning = {
  says: 'was locked by another process all the time that we waited',
  hint: 'Several processes may share the file; look for one that keeps a transaction open, such as a database browser.',
}

const REFUSED: Meaning = {
  says: 'cannot be opened for writing',
  hint: 'Check that its folder exists, that it is a file, and that this user may write to both: SQLite keeps two more files beside it.',
}

const MEANINGS = {
  BUSY,
  LOCKED: BUSY,
  PROTOCOL: BUSY,
  PERM: REFUSED,
  AUTH: REFUSED,
  READONLY: REFUSED,
  CANTOPEN: REFUSED,
  IOERR: {
    says: 'cannot be read or written: the disk reports an error',
    hint: 'Check the disk and its file system; SQLite needs a local one, not a network share.',
  },
  FULL: { says: 'cannot grow: the disk is full', hint: 'Make room on the disk; nothing that was stored is lost.' },
  CORRUPT: {
    says: 'is damaged',
    hint: 'Restore it from a copy; what is still readable comes out with: sqlite3 FILE .recover',
  },
  NOTADB: {
    says: 'is not a SQLite database',
    hint: 'Name another file; one that does not exist yet is created.',
    as: 'storage_incompatible',
  },
} satisfies Record<ResultCode, Meaning>
