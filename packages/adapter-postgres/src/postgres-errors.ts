// What the errors of node-postgres mean. https://www.postgresql.org/docs/current/errcodes-appendix.html
import { TranscriptionError, type ErrorCode } from '@ytscriptify/core'

/** node-postgres takes one host; what it does not find its way through is a character that stands for something else in a URL. */
export const URL_HINT =
  'Write it like postgresql://user:password@host:5432/database, with one host; in user and password, write @ : / ? # and % as %40 %3A %2F %3F %23 and %25.'

interface Meaning {
  /** What follows the name of the database. */
  readonly says: string
  readonly hint: string
  readonly as?: ErrorCode
}

const AWAY: Meaning = {
  says: 'cannot be reached',
  hint: 'Check that the server runs and can be reached from here; nothing that was stored is lost.',
}

const UNKNOWN_HOST: Meaning = {
  says: 'cannot be reached: its host name is not known',
  hint: 'Check the host in DATABASE_URL, and the name server of this machine.',
}

const REFUSED: Meaning = {
  says: 'does not let this user in',
  hint: 'Check user name and password, and pg_hba.conf of the server.',
}

const CROWDED: Meaning = {
  says: 'has no connection left',
  hint: 'Let each process take fewer connections, or raise max_connections of the server.',
}

const SLOW: Meaning = {
  says: 'did not answer in time',
  hint: 'Look for a transaction that holds locks (pg_stat_activity), and for a server that has too much to do.',
}

const UNREADABLE: Meaning = {
  says: 'cannot be reached: its connection string cannot be read',
  hint: URL_HINT,
  as: 'invalid_input',
}

const READ_ONLY: Meaning = {
  says: 'can only be read: it is a standby, or was made read-only',
  hint: 'Name the primary server, and look at default_transaction_read_only of the database and of this user.',
}

/** By SQLSTATE, the longest that fits; by the code of a system error. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '08': AWAY,
  '57P': AWAY,
  '25006': READ_ONLY,
  '25P03': {
    says: 'gave up a transaction in which this process stood still',
    hint: 'The process was stopped, or had too much to do; nothing of the transaction has happened.',
  },
  '25P01': {
    says: 'has no transaction under way',
    hint: 'Begin one on the client first, and use its storage only until it ends.',
    as: 'invalid_input',
  },
  '28': REFUSED,
  '3D000': {
    says: 'does not exist on its server',
    hint: 'Create it (createdb), or correct the name in the connection string.',
    as: 'storage_incompatible',
  },
  '3F000': {
    says: 'does not have the schema that was named',
    hint: 'Create the schema, or let this user create it.',
    as: 'storage_incompatible',
  },
  '40': {
    says: 'gave up a transaction of ours again and again, in favour of others',
    hint: 'Look for statements that are not ours on these tables (pg_stat_activity), and try again.',
  },
  '42P01': {
    says: 'has lost tables of ours',
    hint: 'Somebody has dropped them, or another search_path hides them: restore a backup, or start this process anew.',
    as: 'storage_incompatible',
  },
  '42501': {
    says: 'does not let this user do what is needed',
    hint: 'Grant it the right to create tables in the schema, or apply what "ytscriptify migrate --sql" prints as somebody who may.',
  },
  '53': { says: 'is out of memory or of other means', hint: 'Look into the log of the server.' },
  '53100': {
    says: 'cannot grow: the disk is full',
    hint: 'Make room on the disk of the server; nothing that was stored is lost.',
  },
  '53300': CROWDED,
  '55P03': SLOW,
  '57014': SLOW,
  '58': { says: 'reports an error of its system', hint: 'Look into the log of the server, and check its disks.' },
  XX001: { says: 'is damaged', hint: 'Restore it from a backup.' },
  XX002: { says: 'is damaged', hint: 'Restore it from a backup.' },
  ECONNREFUSED: AWAY,
  ECONNRESET: AWAY,
  EPIPE: AWAY,
  ETIMEDOUT: AWAY,
  EHOSTUNREACH: AWAY,
  ENETUNREACH: AWAY,
  ENOENT: AWAY,
  ENOTFOUND: UNKNOWN_HOST,
  EAI_AGAIN: UNKNOWN_HOST,
}

/** What node-postgres says without a code. */
const MESSAGES: readonly (readonly [part: string, meaning: Meaning])[] = [
  ['Connection terminated', AWAY],
  ['Client was closed', AWAY],
  ['Client has encountered a connection error', AWAY],
  ['timeout exceeded when trying to connect', CROWDED],
  ['timeout expired', AWAY],
  ['Query read timeout', SLOW],
  [
    'Cannot use a pool after calling end',
    { says: 'was closed by its owner', hint: 'End a pool only after the storage that uses it.' },
  ],
  [
    'does not support SSL',
    { says: 'speaks no TLS', hint: 'Remove sslmode from the connection string, or set up TLS on the server.' },
  ],
  ['password must be a string', REFUSED],
  [
    'self-signed certificate',
    {
      says: 'has a certificate that nobody here trusts',
      hint: 'Give its authority with sslrootcert, or NODE_EXTRA_CA_CERTS.',
    },
  ],
]

/** What an error says about the database. `undefined` for one that is about a statement. */
export function storageErrorOf(error: unknown, label: string): TranscriptionError | undefined {
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const { says, hint, as = 'storage_unavailable' } = meaning
  return new TranscriptionError(as, `${label} ${says}.`, { hint, cause: error })
}

function meaningOf(error: unknown): Meaning | undefined {
  if (isUnreadable(error)) return UNREADABLE
  const code = codeOf(error)
  for (let length = code?.length ?? 0; length >= 2; length -= 1) {
    const meaning = MEANINGS[code?.slice(0, length) ?? '']
    if (meaning) return meaning
  }
  // A host with several addresses, none of which answers.
  if (error instanceof AggregateError) return meaningOf(error.errors[0])
  if (!(error instanceof Error)) return undefined
  return MESSAGES.find(([part]) => error.message.includes(part))?.[1]
}

/** node-postgres takes the text out of its error, which tells it from one about any other URL: that of a callback, say. */
const isUnreadable = (error: unknown): boolean =>
  codeOf(error) === 'ERR_INVALID_URL' &&
  error instanceof Error &&
  'input' in error &&
  error.input === '*****REDACTED*****'

/** SQLSTATE, or the code of a system error. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether a transaction was given up in favour of another one, so that it may begin anew: serialization, deadlock. */
export const isGivenUp = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error) ?? '')

/** Whether the connection broke off. What was under way on it may have happened or not. */
export const isBrokenOff = (error: unknown): boolean => meaningOf(error) === AWAY

/** Whether the client gave up waiting for an answer, which may still come. */
export const isUnanswered = (error: unknown): error is Error =>
  error instanceof Error && error.message.includes('Query read timeout')
