// Storages by kind: on a new database that goes with them, or on one that another process has made.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'

const KINDS = {
  sqlite: { create: createSqlite, open: (filename) => sqliteStorage({ filename }) },
}

/** @returns where a new database is, how many bytes it has, and how it is removed. */
export const createDatabase = (kind) => kindOf(kind).create()

export const openStorage = (kind, location) => kindOf(kind).open(location)

function kindOf(kind) {
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (!found) throw new Error(`There is no storage "${kind}"; name one of ${Object.keys(KINDS).join(', ')}.`)
  return found
}

async function createSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-bench-'))
  const location = join(folder, 'million.db')
  return {
    location,
    bytes: async () => statSync(location).size,
    remove: async () => rmSync(folder, { recursive: true }),
  }
}
