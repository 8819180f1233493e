// What the errors of SQLite drivers mean. https://www.sqlite.org/rescode.html
import { TranscriptionError, type ErrorCode } from '@ytscriptify/core'

/**
 * Primary result codes with their messages, as far as they say something about the database rather than about a statement.
 * https://www.sqlite.org/c3ref/errcode.html
 */
const RESULT_CODES = {
  PERM: [3, 'access permission denied'],
  BUSY: [5, 'database is locked'],
  LOCKED: [6, 'database table is locked'],
  READONLY: [8, 'attempt to write a readonly database'],
  IOERR: [10, 'disk I/O error'],
  CORRUPT: [11, 'database disk image is malformed'],
  FULL: [13, 'database or disk is full'],
  CANTOPEN: [14, 'unable to open database file'],
  PROTOCOL: [15, 'locking protocol'],
  AUTH: [23, 'authorization denied'],
  NOTADB: [26, 'file is not a database'],
} as const satisfies Record<string, readonly [number: number, message: string]>

export type ResultCode = keyof typeof RESULT_CODES

/**
 * The primary result code of a driver's error. node:sqlite gives a number, better-sqlite3 a name like
 * `SQLITE_BUSY_SNAPSHOT`, and @photostructure/sqlite 1.2 nothing but the message when rows are read.
 */
export function resultCodeOf(error: unknown): ResultCode | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if ('errcode' in error && typeof error.errcode === 'number') {
    const primary = error.errcode & 0xff // The last byte of an extended code.
    return codeWhere(([number]) => number === primary)
  }
  if (error.code === 'ERR_SQLITE_ERROR') return codeWhere(([, message]) => error.message.includes(message))
  const [prefix, name] = String(error.code).split('_')
  return prefix === 'SQLITE' ? codeWhere((_, known) => known === name) : undefined
}

function codeWhere(
  matches: (meaning: readonly [number: number, message: string], name: ResultCode) => boolean,
): ResultCode | undefined {
  return NAMES.find((name) => matches(RESULT_CODES[name], name))
}

const NAMES = [
  'PERM',
  'BUSY',
  'LOCKED',
  'READONLY',
  'IOERR',
  'CORRUPT',
  'FULL',
  'CANTOPEN',
  'PROTOCOL',
  'AUTH',
  'NOTADB',
] as const satisfies readonly ResultCode[]

/** Somebody else has a lock: the same again, a little later, may well succeed. */
export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error)
  return code === 'BUSY' || code === 'LOCKED' || code === 'PROTOCOL'
}

/** Whether somebody has closed the connection. Drivers say so by themselves, without a code of SQLite. */
export const isClosed = (error: unknown): boolean => mentions(error, CLOSED_MESSAGES)

/** What node:sqlite and better-sqlite3 say; and of a statement that was prepared before, the first one and @photostructure/sqlite. */
const CLOSED_MESSAGES = [
  'database is not open',
  'database connection is not open',
  'statement has been finalized',
  'database connection is closed',
]

/** Refused since the connection is inside a transaction, which is never ours: we are in one only while it is our turn. */
const isInForeignTransaction = (error: unknown): boolean => mentions(error, TRANSACTION_MESSAGES)

const TRANSACTION_MESSAGES = [
  'cannot start a transaction within a transaction',
  'safety level may not be changed inside a transaction',
  'cannot change into wal mode from within a transaction',
]

const mentions = (error: unknown, messages: readonly string[]): boolean =>
  error instanceof Error && messages.some((message) => error.message.toLowerCase().includes(message))

/** What an error says about the database. `undefined` for one that is about a statement. */
export function storageErrorOf(error: unknown, label: string): TranscriptionError | undefined {
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const { says, hint, as = 'storage_unavailable' } = meaning
  return new TranscriptionError(as, `${label} ${says}.`, { hint, cause: error })
}

function meaningOf(error: unknown): Meaning | undefined {
  if (isClosed(error)) return CLOSED
  if (isInForeignTransaction(error)) return IN_FOREIGN_TRANSACTION
  const code = resultCodeOf(error)
  return code && MEANINGS[code]
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

const CLOSED: Meaning = {
  says: 'is closed',
  hint: 'Close a database that was given to a storage only after the storage itself.',
}

const IN_FOREIGN_TRANSACTION: Meaning = {
  says: 'is inside a transaction that is not ours',
  hint: 'Give the storage a connection of its own, on which nobody else begins transactions; the file may have several.',
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
