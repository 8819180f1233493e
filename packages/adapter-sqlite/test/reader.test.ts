// A file of somebody else, which is read and never written.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteReader } from '../src/index.ts'
import { openRaw } from './raw-database.ts'
import { temporaryFile, temporaryFolder } from './temporary-file.ts'

async function fileWithTwoNames(): Promise<string> {
  const filename = await temporaryFile()
  const database = openRaw(filename)
  database.exec("create table names (name text); insert into names values ('b'), ('a')")
  database.close()
  return filename
}

describe('a reader', () => {
  it('gives the rows of a query, also of one that needs a table of its own', async () => {
    const reader = openSqliteReader(await fileWithTwoNames())

    reader.exec('create temp table sorted as select name from names order by name')

    expect(reader.all('select name from names where name > ?', 'a')).toEqual([{ name: 'b' }])
    expect(reader.all('select name from temp.sorted')).toEqual([{ name: 'a' }, { name: 'b' }])
    reader.close()
  })

  it('changes no byte of the file, and puts none beside it', async () => {
    const filename = await fileWithTwoNames()
    const before = await readFile(filename)
    const reader = openSqliteReader(filename)

    reader.all('select name from names')

    expect(() => reader.exec("insert into names values ('c')")).toThrow('cannot be opened')
    expect(await readdir(dirname(filename))).toEqual(['transcriber.db'])
    reader.close()
    expect(await readFile(filename)).toEqual(before)
  })

  it('keeps nobody from writing between two queries', async () => {
    const filename = await fileWithTwoNames()
    const reader = openSqliteReader(filename)
    reader.all('select name from names')

    const writer = openRaw(filename)
    writer.exec("insert into names values ('c')")
    writer.close()

    expect(reader.all('select name from names')).toHaveLength(3)
    reader.close()
  })

  it('makes no file, and refuses what is no database', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'notes.txt'), 'This is not a database. '.repeat(100))

    expect(() => openSqliteReader(join(folder, 'nothing.db'))).toThrow('nothing.db cannot be opened for reading.')
    expect(() => openSqliteReader(join(folder, 'notes.txt')).all('select * from sqlite_master')).toThrow(
      'notes.txt is not a SQLite database.',
    )
    expect(await readdir(folder)).toEqual(['notes.txt'])
  })
})
