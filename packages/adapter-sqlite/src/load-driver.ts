// Finds a SQLite driver: the one that Node.js brings along, or the one that is installed beside this package.
import { createRequire } from 'node:module'
import { TranscriptionError } from '@ytscriptify/core'
import type { SqliteDatabase } from './sqlite-database.ts'

export interface SqliteDriver {
  readonly DatabaseSync: new (filename: string, options?: { readonly readOnly?: boolean }) => SqliteDatabase
}

/** In the order of preference. @photostructure/sqlite has the interface of node:sqlite, for Node.js 20. */
const CANDIDATES = ['node:sqlite', '@photostructure/sqlite'] as const

/**
 * @throws {TranscriptionError} `storage_unavailable` where there is none, or it does not run on this machine.
 */
export function loadDriver(load: (name: string) => unknown = createRequire(import.meta.url)): SqliteDriver {
  const missing: unknown[] = []
  for (const name of CANDIDATES) {
    try {
      const driver = withoutSqliteWarning(() => load(name))
      if (isDriver(driver)) return driver
    } catch (error) {
      if (!isMissing(error)) throw unusable(name, error)
      missing.push(error)
    }
  }
  throw new TranscriptionError('storage_unavailable', 'There is no SQLite driver here.', {
    hint: 'Use Node.js 22.13 or newer, which has one built in, or install @photostructure/sqlite beside this package.',
    cause: new AggregateError(missing, 'No driver could be loaded.'),
  })
}

/** Anything else than a missing module is a fault that a second driver must not hide. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && MISSING.has(String(error.code))

const MISSING: ReadonlySet<string> = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_UNKNOWN_BUILTIN_MODULE'])

const isDriver = (driver: unknown): driver is SqliteDriver =>
  typeof driver === 'object' && driver !== null && 'DatabaseSync' in driver

const unusable = (name: string, cause: unknown): TranscriptionError =>
  new TranscriptionError('storage_unavailable', `The SQLite driver ${name} is installed, but does not start.`, {
    hint: 'Install it again on this machine, or use Node.js 22.13 or newer, which has a driver built in.',
    cause,
  })

/**
 * Node.js 22 warns that node:sqlite is experimental. Whoever runs this has not chosen the driver and can do nothing
 * about it, so that one warning is dropped while the module loads, which is synchronous; every other one passes.
 */
function withoutSqliteWarning<T>(load: () => T): T {
  const { emitWarning } = process
  const passOn = (...parameters: unknown[]): unknown => Reflect.apply(emitWarning, process, parameters)
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const isAboutSqlite = String(warning).includes('SQLite is an experimental feature')
    if (!isAboutSqlite) passOn(warning, ...rest)
  }
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
