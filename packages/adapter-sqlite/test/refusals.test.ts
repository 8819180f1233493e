import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jobOf } from '@ytscriptify/core/testing'
import { TranscriptionError } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { sqliteStorage, type SqliteDatabase } from '../src/index.ts'
import { loadDriver } from '../src/load-driver.ts'
import { openRaw } from './raw-database.ts'
import { temporaryFile, temporaryFolder } from './temporary-file.ts'

/** What `ready()` throws. */
async function refusalOf(file: string | SqliteDatabase): Promise<TranscriptionError> {
  const storage = sqliteStorage(typeof file === 'string' ? { filename: file } : { database: file })
  const error = await storage.ready().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  await storage.close()
  if (!(error instanceof TranscriptionError)) throw new Error(`Expected a refusal, got ${String(error)}`)
  return error
}

describe('a file that cannot be used', () => {
  it('of the older service is left as it is, byte for byte, and the hint says how to take it over', async () => {
    const filename = await temporaryFile()
    const old = openRaw(filename)
    old.exec(`
      create table jobs (id varchar(36) primary key, status varchar(20), created_at datetime, updated_at datetime,
        callback_url varchar(500), error_message text);
      create table transcripts (id integer primary key, job_id varchar(36), url varchar(500), video_id varchar(20),
        transcript_data json, status varchar(20), error_message text, created_at datetime, updated_at datetime);
      insert into jobs values ('a3bb189e-8bf9-3888-9912-ace4e6543002', 'completed', '2024-05-01', '2024-05-01', null, null);
    `)
    old.close()
    const before = await readFile(filename)

    const error = await refusalOf(filename)

    expect(error.code).toBe('storage_incompatible')
    expect(error.message).toContain(filename)
    expect(error.hint).toMatch(/file.*: ytscriptify import OLD$/)
    expect(await readFile(filename)).toEqual(before)
  })

  it('of a newer version is left as it is', async () => {
    const filename = await temporaryFile()
    const storage = sqliteStorage({ filename })
    await storage.ready()
    await storage.close()
    const newer = openRaw(filename)
    newer.exec(`insert into ytscriptify_migrations values (99, '0099-from-the-future', 0)`)
    newer.close()
    const before = await readFile(filename)

    const error = await refusalOf(filename)

    expect(error.code).toBe('storage_incompatible')
    expect(error.message).toContain('schema 99')
    expect(error.hint).toContain('Update')
    expect(await readFile(filename)).toEqual(before)
  })

  it('that is no database is left as it is', async () => {
    const filename = await temporaryFile()
    await writeFile(filename, 'These are notes, and no database at all. '.repeat(100))

    const error = await refusalOf(filename)

    expect(error.code).toBe('storage_incompatible')
    expect(error.message).toBe(`${filename} is not a SQLite database.`)
    expect(await readFile(filename, 'utf8')).toContain('These are notes')
  })

  it.each([
    ['in a folder that does not exist', async (folder: string) => join(folder, 'missing', 'transcriber.db')],
    [
      'below something that is a file',
      async (folder: string) => {
        await writeFile(join(folder, 'notes.txt'), 'Notes.')
        return join(folder, 'notes.txt', 'transcriber.db')
      },
    ],
    [
      'that is a folder',
      async (folder: string) => {
        await mkdir(join(folder, 'transcriber.db'))
        return join(folder, 'transcriber.db')
      },
    ],
  ])('%s is named, with what to check', async (_case, prepare) => {
    const filename = await prepare(await temporaryFolder())

    const error = await refusalOf(filename)

    expect(error.code).toBe('storage_unavailable')
    expect(error.message).toBe(`${filename} cannot be opened for writing.`)
    expect(error.hint).toContain('folder')
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('now may be used later: the next call tries again', async () => {
    const folder = await temporaryFolder()
    const filename = join(folder, 'later', 'transcriber.db')
    const storage = sqliteStorage({ filename })
    await expect(storage.insertJob(jobOf('dQw4w9WgXcQ'))).rejects.toMatchObject({ code: 'storage_unavailable' })
    await mkdir(join(folder, 'later'))

    const { created } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))

    expect(created).toBe(true)
    await storage.close()
  })

  it('because the disk is full says so, and what is stored stays', async () => {
    const filename = await temporaryFile()
    const raw = openRaw(filename)
    const storage = sqliteStorage({ database: raw })
    const { job } = await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    // As many pages as there are: for SQLite the same as a full disk.
    raw.exec('pragma max_page_count = 1')

    const many = jobOf(Array.from({ length: 400 }, (_, index) => `video${index}`.padEnd(11, '_')))
    const refused = storage.insertJob(many)

    await expect(refused).rejects.toMatchObject({ code: 'storage_unavailable', hint: expect.stringContaining('disk') })
    expect(await storage.getJob({ id: many.id })).toBeUndefined()
    expect(await storage.getJob({ id: job.id })).toEqual(job)
    await storage.close()
    raw.close()
  })
})

describe('a file without a name', () => {
  // For SQLite it is a temporary file, and messages about it began with a blank.
  it.each(['', ' '])('is refused before anything is opened: %j', (filename) => {
    expect(() => sqliteStorage({ filename })).toThrow(
      expect.objectContaining({ code: 'invalid_input', hint: expect.stringContaining(':memory:') }),
    )
  })
})

describe('a given database that cannot be used', () => {
  it('is named as closed, before its first use and after it', async () => {
    const raw = openRaw(':memory:')
    const storage = sqliteStorage({ database: raw })
    await storage.insertJob(jobOf('dQw4w9WgXcQ'))
    raw.close()

    const closed = { code: 'storage_unavailable', message: 'The given database is closed.' }
    await expect(storage.insertJob(jobOf('dQw4w9WgXcQ'))).rejects.toMatchObject(closed)
    await expect(storage.listJobs({ limit: 1 })).rejects.toMatchObject(closed)
    expect(await refusalOf(raw)).toMatchObject({ ...closed, hint: expect.stringContaining('only after the storage') })
    await storage.close()
  })

  it('is named as closed when that happens in the middle of a change', async () => {
    const raw = openRaw(':memory:')
    const storage = sqliteStorage({
      database: {
        ...raw,
        prepare(sql) {
          if (sql.startsWith('insert into "jobs"')) raw.close()
          return raw.prepare(sql)
        },
      },
    })

    const inserted = storage.insertJob(jobOf('dQw4w9WgXcQ'))

    await expect(inserted).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: 'The given database is closed.',
    })
    await storage.close()
  })

  it('is named as being inside a transaction of its host, and can be used after it', async () => {
    const raw = openRaw(await temporaryFile())
    const storage = sqliteStorage({ database: raw })
    const foreign = {
      code: 'storage_unavailable',
      message: 'The given database is inside a transaction that is not ours.',
      hint: expect.stringContaining('a connection of its own'),
    }

    raw.exec('begin')
    await expect(storage.ready()).rejects.toMatchObject(foreign)
    raw.exec('commit')
    await storage.ready()
    raw.exec('begin')
    await expect(storage.insertJob(jobOf('dQw4w9WgXcQ'))).rejects.toMatchObject(foreign)
    raw.exec('commit')

    expect(await storage.insertJob(jobOf('dQw4w9WgXcQ'))).toMatchObject({ created: true })
    await storage.close()
    raw.close()
  })

  it('that gives integers as bigints is refused, since they would get into jobs', async () => {
    const { DatabaseSync } = loadDriver()
    const raw = Reflect.construct(DatabaseSync, [':memory:', { readBigInts: true }])

    const error = await refusalOf(raw)

    expect(error.code).toBe('storage_incompatible')
    expect(error.message).toContain('bigint')
    expect(error.hint).toContain('readBigInts')
    raw.close()
  })
})
