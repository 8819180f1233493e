// The storages that are held against the model, each as its users have it: in memory, in a file, on a server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { postgresStorage } from '@ytscriptify/adapter-postgres'
import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { manualClock } from '@ytscriptify/core/testing'
import pg from 'pg'

export const STORAGES = ['memory', 'sqlite', 'postgres']

/** @typedef {import('@ytscriptify/core/testing').StorageHarness} StorageHarness */

/**
 * @param {{ postgresUrl: string }} options - An empty database, for these storages alone.
 * @returns what makes an empty one of each, by its name, and what frees the connections and the files when all are done with.
 */
export function modelledStorages({ postgresUrl }) {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-model-'))
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 4 })
  let made = 0

  return {
    /** @type {Record<'memory' | 'sqlite' | 'postgres', () => Promise<StorageHarness>>} */
    storages: {
      async memory() {
        const clock = manualClock()
        const storage = memoryStorage({ clock })
        return {
          storage,
          another: async () => storage,
          advance: (ms) => clock.advance(ms),
          dispose: () => storage.close(),
        }
      },
      async sqlite() {
        made += 1
        const filename = join(folder, `${made}.db`)
        return harnessOf((clockOffsetMs) => sqliteStorage({ filename, clockOffsetMs }))
      },
      async postgres() {
        made += 1
        const schema = `model_${made}`
        const free = () => pool.query(`drop schema if exists ${schema} cascade`)
        return harnessOf((clockOffsetMs) => postgresStorage({ pool, schema, clockOffsetMs }), free)
      },
    },
    async close() {
      await pool.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * @param {(clockOffsetMs: () => number) => import('@ytscriptify/core').TranscriptionStorage} open
 * @param {() => Promise<unknown>} free - Deletes what is left when all handles are closed.
 * @returns {StorageHarness}
 */
function harnessOf(open, free = async () => undefined) {
  let offsetMs = 0
  const opened = [open(() => offsetMs)]
  return {
    storage: opened[0],
    async another() {
      const other = open(() => offsetMs)
      opened.push(other)
      return other
    },
    async advance(ms) {
      offsetMs += ms
    },
    async dispose() {
      await Promise.all(opened.map((storage) => storage.close()))
      await free()
    },
  }
}
