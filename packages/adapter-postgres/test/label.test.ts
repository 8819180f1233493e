import { describe, expect, it } from 'vitest'
import { labelOf, labelOfPool } from '../src/label.ts'

describe('the name of a database in messages', () => {
  it.each([
    ['postgresql://ada:secret@db.internal:5432/transcripts', 'The database transcripts on db.internal:5432'],
    ['postgres://ada:secret@db/trans%20cripts?sslmode=require', 'The database trans cripts on db'],
    ['postgresql://ada:secret@[::1]:5433/transcripts', 'The database transcripts on [::1]:5433'],
    ['postgresql://ada:secret@one:1,two:2/transcripts', 'The database transcripts on one:1,two:2'],
    ['postgresql:///transcripts?host=/var/run/postgresql', 'The database transcripts'],
    ['postgresql://ada:secret@db', 'The PostgreSQL database on db'],
    ['postgresql://ada:secret@db/100%', 'The database 100% on db'],
    ['host=db password=secret', 'The PostgreSQL database'],
  ])('is what can be read in %s', (connectionString, label) => {
    expect(labelOf(connectionString)).toBe(label)
  })

  it.each([
    'postgresql://ada:sec/ret@db/transcripts',
    'postgresql://ada:12/secret@db/transcripts',
    'postgresql://ada:secret@secret@db/transcripts',
    'postgresql://ada:sec?ret@db/transcripts',
    'postgresql://ada:sec#ret@db/transcripts',
    'postgresql://db/transcripts?user=ada&password=secret',
    'ada:secret@db/transcripts',
  ])('never has a piece of a password: %s', (connectionString) => {
    expect(labelOf(connectionString)).not.toMatch(/sec|ret\b|ada/)
  })

  it.each([
    [
      { host: 'db', port: 5433, database: 'transcripts', user: 'ada', password: 'secret' },
      'The database transcripts on db:5433',
    ],
    [{ connectionString: 'postgresql://ada:secret@db/transcripts' }, 'The database transcripts on db'],
    [{ database: 'transcripts' }, 'The database transcripts'],
    [{}, 'The database of the given pool'],
    [undefined, 'The database of the given pool'],
  ])('of a pool is what the pool was made with: %j', (options, label) => {
    expect(labelOfPool(options)).toBe(label)
  })
})
