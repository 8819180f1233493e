import { existsSync } from 'node:fs'
import { claimOf, jobOf, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { sqliteStorage, type SqliteDatabase } from '../src/index.ts'
import { loadDriver } from '../src/load-driver.ts'
import { retryWhileBusy } from '../src/retry-while-busy.ts'
import { resultCodeOf, storageErrorOf } from '../src/sqlite-errors.ts'
import { openRaw } from './raw-database.ts'
import { temporaryFile } from './temporary-file.ts'

describe('a storage on a file', () => {
  it('touches nothing before its first use', async () => {
    const filename = await temporaryFile()

    const storage = sqliteStorage({ filename })
    await storage.close()

    expect(existsSync(filename)).toBe(false)
  })

  it('writes so that a commit is on the disk when it is acknowledged', async () => {
    const filename = await temporaryFile()
    const database = openRaw(filename)
    const storage = sqliteStorage({ database })

    await storage.ready()

    expect(database.all('pragma synchronous')).toEqual([{ synchronous: 2 }])
    expect(database.all('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect(database.all('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }])
    expect(database.all('pragma busy_timeout')).toEqual([{ timeout: 10 }])
    await storage.close()
    database.close()
  })

  it('makes and changes no schema where it may not, and works on one of this version', async () => {
    const filename = await temporaryFile()
    const looking = sqliteStorage({ filename, migrate: false })

    await expect(looking.ready()).rejects.toMatchObject({
      code: 'storage_incompatible',
      message: expect.stringContaining('has schema 0; this version needs schema'),
    })
    const raw = openRaw(filename)
    const tables = raw.all('select name from sqlite_master')
    raw.close()
    const storage = sqliteStorage({ filename })
    await storage.ready()

    expect(tables).toEqual([])
    await expect(looking.ready()).resolves.toBeUndefined()
    await looking.close()
    await storage.close()
  })

  it('in memory lives as long as it is open', async () => {
    const storage = sqliteStorage({ filename: ':memory:' })

    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))

    expect(await storage.getJob({ id: job.id })).toEqual(job)
    await storage.close()
  })

  it('refuses work after it was closed', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    await storage.ready()
    await storage.close()

    const late = storage.insertJob(jobOf('dQw4w9WgXcQ'))

    await expect(late).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: `The storage on ${filename} was closed.`,
    })
  })
})

describe('a database of the host', () => {
  it('is used, and left open', async () => {
    const database = openRaw(':memory:')
    const storage = sqliteStorage({ database })

    await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    await storage.close()

    expect(database.all('select status from jobs')).toEqual([{ status: 'pending' }])
    database.close()
  })

  it('may be of a driver that says with `reader` which statements give rows', async () => {
    const raw = openRaw(':memory:')
    const storage = sqliteStorage({ database: likeBetterSqlite3(raw) })

    await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    const { transcripts } = await storage.claim(claimOf())

    expect(transcripts).toHaveLength(1)
    await storage.close()
    raw.close()
  })

  it('may be of a driver that does not say which statements give rows', async () => {
    const raw = openRaw(':memory:')
    const prepare = (sql: string) => {
      const statement = raw.prepare(sql)
      return {
        all: (...values: unknown[]) => statement.all(...values),
        run: (...values: unknown[]) => statement.run(...values),
      }
    }
    const storage = sqliteStorage({ database: { ...raw, prepare } })

    await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    const { transcripts } = await storage.claim(claimOf())

    expect(transcripts).toHaveLength(1)
    await storage.close()
    raw.close()
  })
})

describe('the SQLite driver', () => {
  const Driver = { DatabaseSync: Object }

  it('is the one of Node.js, where it has one', () => {
    const asked: string[] = []

    const driver = loadDriver((name) => {
      asked.push(name)
      return Driver
    })

    expect(driver).toBe(Driver)
    expect(asked).toEqual(['node:sqlite'])
  })

  it('is @photostructure/sqlite, where Node.js has none', () => {
    const driver = loadDriver((name) => {
      if (name === 'node:sqlite')
        throw Object.assign(new Error('No such module'), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' })
      return Driver
    })

    expect(driver).toBe(Driver)
  })

  it('is missing where there is neither, and the error names both ways to get one', () => {
    const load = () => {
      throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })
    }

    expect(() => loadDriver(load)).toThrow(
      expect.objectContaining({
        code: 'storage_unavailable',
        hint: expect.stringMatching(/Node\.js 22\.13.*@photostructure\/sqlite/),
      }),
    )
  })

  it('that is there but does not start is not passed over in silence', () => {
    const fault = new Error('No native build was found for platform=plan9')
    const load = () => {
      throw fault
    }

    expect(() => loadDriver(load)).toThrow(expect.objectContaining({ code: 'storage_unavailable', cause: fault }))
  })

  it('may warn of anything but of being experimental', () => {
    const { emitWarning } = process
    const warnings: unknown[] = []
    process.emitWarning = (warning: string | Error) => void warnings.push(warning)

    try {
      loadDriver(() => {
        process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning')
        process.emitWarning('Something else', 'Warning')
        return Driver
      })
    } finally {
      process.emitWarning = emitWarning
    }

    expect(warnings).toEqual(['Something else'])
  })
})

describe('a lock of another process', () => {
  it('is waited for without stopping this process', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    await storage.ready()
    const other = openRaw(filename)
    other.exec('begin immediate')

    const inserting = storage.insertJob(jobOf('dQw4w9WgXcQ'))
    const turns = await new Promise<number>((resolve) => {
      let count = 0
      const timer = setInterval(() => {
        count += 1
        if (count < 5) return
        clearInterval(timer)
        resolve(count)
      }, 10)
    })
    other.exec('commit')
    other.close()

    expect(turns).toBe(5)
    expect((await inserting).created).toBe(true)
    await storage.close()
  })

  it('does not keep readers waiting', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    const other = openRaw(filename)
    other.exec('begin immediate')

    const read = await storage.getJob({ id: job.id })

    expect(read).toEqual(job)
    other.exec('commit')
    other.close()
    await storage.close()
  })

  it('is waited for up to half a minute', async () => {
    const clock = manualClock()
    const busy = Object.assign(new Error('database is locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 })
    let tries = 0
    const work = async (): Promise<never> => {
      tries += 1
      throw busy
    }

    const waiting = retryWhileBusy(work, { clock, random: () => 1 })
    const outcome = waiting.catch((error: unknown) => error)
    await clock.advance(29_000)
    const triesBefore = tries
    await clock.advance(2_000)

    expect(await outcome).toBe(busy)
    expect(triesBefore).toBeGreaterThan(1_000)
    expect(storageErrorOf(busy, 'x.db')).toMatchObject({
      code: 'storage_unavailable',
      hint: expect.stringContaining('transaction'),
    })
  })

  it.each([
    ['a number, also an extended one', { code: 'ERR_SQLITE_ERROR', errcode: 261 }],
    ['a name, also an extended one', { code: 'SQLITE_BUSY_SNAPSHOT' }],
    ['its message alone', { code: 'ERR_SQLITE_ERROR' }],
  ])('is recognised by %s', (_way, properties) => {
    expect(resultCodeOf(Object.assign(new Error('database is locked'), properties))).toBe('BUSY')
  })

  it('is not seen in what is no error of SQLite', () => {
    expect(resultCodeOf(new Error('database is locked'))).toBeUndefined()
    expect(
      resultCodeOf(Object.assign(new Error('no such table: x'), { code: 'ERR_SQLITE_ERROR', errcode: 1 })),
    ).toBeUndefined()
    expect(resultCodeOf('database is locked')).toBeUndefined()
  })
})

/** Like better-sqlite3, which refuses to run a statement in the wrong way. */
function likeBetterSqlite3(raw: SqliteDatabase): SqliteDatabase {
  return {
    exec: (sql) => raw.exec(sql),
    close: () => raw.close(),
    prepare(sql) {
      const statement = raw.prepare(sql)
      const reader = (statement.columns?.().length ?? 0) > 0
      return {
        reader,
        all(...values) {
          if (!reader) throw new TypeError('This statement does not return data. Use run() instead')
          return statement.all(...values)
        },
        run(...values) {
          if (reader) throw new TypeError('This statement returns data. Use get(), all(), or iterate() instead')
          return statement.run(...values)
        },
      }
    },
  }
}
