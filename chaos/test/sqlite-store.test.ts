// How a run looks into a SQLite file that its processes hold up.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteStore } from '../run/sqlite-store.ts'
import type { Store } from '../run/store.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-store-'))
  store = await openSqliteStore({ folder })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

it('waits for whoever has the file to itself, for longer than SQLite does', async () => {
  const other = new DatabaseSync(join(folder, 'chaos.db'))
  other.exec('PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE answers (answer)')
  other.exec('INSERT INTO answers VALUES (42)')

  const rows = store.rows('SELECT answer FROM answers')
  const first = await Promise.race([rows.then(() => 'rows'), delay(1_200, 'nothing yet')])
  other.close()

  expect(first).toBe('nothing yet')
  expect(await rows).toEqual([{ answer: 42 }])
})

it('tells at once of what no wait would mend', async () => {
  await expect(store.rows('SELECT answer FROM nowhere')).rejects.toThrow('no such table: nowhere')
})
