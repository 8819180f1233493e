// The log of a server: what is in it, what never is, and that it survives rotation and a full disk.
import { appendFileSync, readFileSync, renameSync, truncateSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmitter } from '@ytscriptify/core'
import { jsonLines } from '../src/log/json-line.ts'
import { logEvents } from '../src/log/log-events.ts'
import { openLogFile } from '../src/log/log-file.ts'
import { createLog, prettyLine, type LineFormat } from '../src/log/log.ts'
import { createRepeatedErrors } from '../src/log/repeated-errors.ts'
import { scrubber } from '../src/log/scrub.ts'
import type { LogLevel } from '../src/settings/settings.ts'

function logInto(format: LineFormat, { level = 'info', secrets = [] }: { level?: LogLevel; secrets?: string[] } = {}) {
  const lines: string[] = []
  const sink = { write: (line: string) => void lines.push(line) }
  return { lines, log: createLog({ sink, format, level, scrub: scrubber(secrets), now: () => 0 }) }
}

describe('an error that comes again and again', () => {
  it('is told once a minute, with how often it was kept back', () => {
    let now = 0
    const errors = createRepeatedErrors({ now: () => now })

    const told = [0, 1_000, 59_999, 60_000, 60_001].map((moment) => {
      now = moment
      return errors.tell('hint', `Hints are not received: connect ECONNREFUSED 127.0.0.1:6379 (and ${now} more)`)
    })

    expect(told).toEqual([{ before: 0 }, undefined, undefined, { before: 2 }, undefined])
    expect(errors.tell('claim', 'Hints are not received: closed')).toEqual({ before: 0 })
  })
})

describe('a log line', () => {
  it('is one JSON object for programs', () => {
    const { lines, log } = logInto(jsonLines({ pid: 7 }))

    log.write('warn', 'delivery.retrying', { job: 'abc', attempt: 2, message: 'a "quoted"\nanswer', owner: undefined })

    expect(lines).toEqual([
      '{"level":"warn","time":"1970-01-01T00:00:00.000Z","pid":7,"job":"abc","attempt":2,"message":"a \\"quoted\\"\\nanswer","event":"delivery.retrying"}\n',
    ])
  })

  it('is time, level, event and fields for people, and no value looks like another line', () => {
    const { lines, log } = logInto(prettyLine)

    log.write('info', 'request', { route: '/job_status/{id}', status: 200, message: 'x\n1970 error fake' })

    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z info  request route=/job_status/{id} status=200 message="x\\n1970 error fake"\n',
    ])
  })

  it('is left out below the level that is asked for', () => {
    const { lines, log } = logInto(prettyLine, { level: 'warn' })

    log.write('info', 'request', {})
    log.write('error', 'engine.error', {})

    expect(lines).toHaveLength(1)
  })

  it('has neither keys nor what a URL keeps secret, whatever field they come in', () => {
    const { lines, log } = logInto(jsonLines({ pid: 7 }), { secrets: ['key-of-alice', 'key-of-alice-and-bob'] })

    log.write('error', 'engine.error', {
      message:
        'GET https://me:hunter2@hooks.example/a/b?token=t0ken&v=dQw4w9WgXcQ#frag failed for key-of-alice-and-bob, key-of-alice',
    })

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      message: 'GET https://***@hooks.example/a/b?token=***&v=dQw4w9WgXcQ#*** failed for ***, ***',
    })
  })
})

describe('the events of a worker in the log', () => {
  it('have how each attempt at a video ended, where debug is asked for', () => {
    const emitter = createEmitter()
    const { lines, log } = logInto(prettyLine, { level: 'debug' })
    logEvents(emitter, log)

    const attempt = { jobId: 'j1', position: 0, videoId: 'dQw4w9WgXcQ', attempt: 2, durationMs: 1_234.5, reused: false }
    emitter.emit('attempt.ended', { ...attempt, outcome: 'retry', code: 'source_timeout' })

    expect(lines).toEqual([
      '1970-01-01T00:00:00.000Z debug attempt.ended job=j1 position=0 video=dQw4w9WgXcQ attempt=2 outcome=retry code=source_timeout ms=1235\n',
    ])
  })
})

describe('a log file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ytscriptify-log-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is appended to, and begins anew where it was moved away and is opened again', () => {
    const file = join(folder, 'server.log')
    appendFileSync(file, 'before\n')
    const log = openLogFile(file, { trouble: expect.unreachable })

    log.write('one\n')
    renameSync(file, `${file}.1`)
    log.write('two\n')
    log.reopen()
    log.write('three\n')
    log.close()

    expect(readFileSync(`${file}.1`, 'utf8')).toBe('before\none\ntwo\n')
    expect(readFileSync(file, 'utf8')).toBe('three\n')
  })

  it('goes on at the beginning where it was copied and truncated', () => {
    const file = join(folder, 'server.log')
    const log = openLogFile(file, { trouble: expect.unreachable })

    log.write('one\n')
    truncateSync(file)
    log.write('two\n')
    log.close()

    expect(readFileSync(file, 'utf8')).toBe('two\n')
  })

  it('that cannot be opened is an error at the start', () => {
    const file = join(folder, 'nowhere', 'server.log')

    expect(() => openLogFile(file, { trouble: expect.unreachable })).toThrow(`The log file ${file} cannot be written`)
  })

  it('that cannot be opened anew goes on as the old one, and says so', () => {
    const troubles: string[] = []
    const log = openLogFile(join(folder, 'server.log'), { trouble: (message) => troubles.push(message) })
    renameSync(folder, `${folder}-moved`)

    log.reopen()
    log.write('still here\n')
    log.close()
    renameSync(`${folder}-moved`, folder)

    expect(troubles).toEqual([expect.stringContaining('cannot be opened anew')])
    expect(readFileSync(join(folder, 'server.log'), 'utf8')).toBe('still here\n')
  })

  it('on a full disk drops lines instead of stopping the server, and says it once', () => {
    const troubles: string[] = []
    // Every write to it fails as on a full disk.
    const log = openLogFile('/dev/full', { trouble: (message) => troubles.push(message) })

    log.write('one\n')
    log.write('two\n')
    log.close()

    expect(troubles).toEqual([expect.stringContaining('so lines are dropped: ENOSPC')])
  })
})
