// An empty storage of a kind, on a database of its own that goes with it.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'

const KINDS = { sqlite: openSqlite }

/** @returns the storage, how many bytes its database has, and how both are closed. */
export function openStorage(kind) {
  const open = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
  if (!open) throw new Error(`There is no storage "${kind}"; name one of ${Object.keys(KINDS).join(', ')}.`)
  return open()
}

async function openSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-bench-'))
  const filename = join(folder, 'million.db')
  const storage = sqliteStorage({ filename })
  return {
    storage,
    bytes: async () => statSync(filename).size,
    async close() {
      await storage.close()
      rmSync(folder, { recursive: true })
    },
  }
}
