// Storages on one temporary file, for the conformance suite and for our own tests.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StorageHarness } from '@ytscriptify/core/testing'
import { sqliteStorage } from '../src/index.ts'

export async function createSqliteHarness({ tablePrefix }: { readonly tablePrefix?: string } = {}): Promise<
  StorageHarness & { readonly filename: string }
> {
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-sqlite-'))
  const filename = join(folder, 'transcriber.db')
  let offsetMs = 0
  const open = () =>
    sqliteStorage({ filename, clockOffsetMs: () => offsetMs, ...(tablePrefix !== undefined && { tablePrefix }) })
  const storages = [open()]
  const [storage = open()] = storages
  return {
    filename,
    storage,
    async another() {
      const other = open()
      storages.push(other)
      return other
    },
    async advance(ms) {
      offsetMs += ms
    },
    async dispose() {
      await Promise.all(storages.map((one) => one.close()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
