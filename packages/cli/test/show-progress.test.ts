// What a person who waits sees on stderr.
import { PassThrough } from 'node:stream'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import type { ProgressSnapshot } from '../src/transcribe/progress.ts'
import { createScreen } from '../src/output/screen.ts'
import { showProgress } from '../src/transcribe/show-progress.ts'
import type { TerminalStream } from '../src/surroundings.ts'

const SNAPSHOT: ProgressSnapshot = { total: 50, completed: 10, failed: 2, cancelled: 0, running: ['a', 'b', 'c'] }

/** Everything that was written to a stream which is, or is not, a terminal. */
function streamOf(properties: { isTTY?: boolean; columns?: number }): {
  stream: TerminalStream
  written: () => string
} {
  const stream = Object.assign(new PassThrough(), properties)
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk))
  return { stream, written: () => text }
}

function show(properties: { isTTY?: boolean; columns?: number }, { env = {}, snapshot = SNAPSHOT } = {}) {
  const { stream, written } = streamOf(properties)
  const clock = manualClock({ startAt: new Date(2026, 0, 1, 12, 0, 0) })
  const over = new AbortController()
  const errors: unknown[] = []
  let failing = false
  const progress = {
    snapshot: () => snapshot,
    refresh: () => (failing ? Promise.reject(new Error('The database is locked.')) : Promise.resolve()),
  }
  const screen = createScreen(stream, env)
  const options = { screen, clock, signal: over.signal, onError: (error: unknown) => void errors.push(error) }
  const ended = showProgress(progress, options)
  return { clock, screen, written, errors, ended, end: () => over.abort(), fail: () => void (failing = true) }
}

describe('the progress', () => {
  it('is one line every 30 seconds where there is no terminal', async () => {
    const { clock, written, end, ended } = show({})

    await clock.advance(29_999)
    expect(written()).toBe('')
    await clock.advance(30_001)
    end()
    await ended

    expect(written()).toBe(
      '12 of 50 videos done, 2 of them failed, after 0:30; asking for 3\n' +
        '12 of 50 videos done, 2 of them failed, after 1:00; asking for 3\n',
    )
  })

  it('is one line on a terminal, drawn again and again, and gone at the end', async () => {
    const { clock, written, end, ended } = show({ isTTY: true, columns: 100 }, { env: { NO_COLOR: '1' } })

    await clock.advance(400)
    end()
    await ended

    const line = '━━━━━━━━━━━━━━━━━━━━ 12/50  2 failed  0:00  asking for a, b +1'
    expect(written()).toBe(`\r\u001b[2K${line}\r\u001b[2K${line}\r\u001b[2K`)
  })

  it('tells how long YouTube has sent us away', async () => {
    const snapshot = { ...SNAPSHOT, closedUntil: new Date(2026, 0, 1, 12, 1, 30).getTime() }
    const { clock, written, end, ended } = show({}, { snapshot })

    await clock.advance(30_000)
    end()
    await ended

    expect(written()).toContain('YouTube sent us away until 12:01:30 (1:00 left)')
  })

  it('goes on when the database cannot be read for once', async () => {
    const { clock, written, errors, fail, end, ended } = show({})
    fail()

    await clock.advance(60_000)
    end()
    await ended

    expect(errors).toHaveLength(2)
    expect(written().match(/\n/g)).toHaveLength(2)
  })

  it('is cut to the width of the terminal, since a wrapped line cannot be redrawn; a narrow one has no bar', async () => {
    const { clock, written, end, ended } = show({ isTTY: true, columns: 30 })

    await clock.advance(200)
    end()
    await ended

    expect(written()).toContain('\u001b[2K12/50  2 failed  0:00  askin…')
  })
})

describe('the screen', () => {
  it('has colours on a terminal, unless NO_COLOR or TERM=dumb say otherwise', () => {
    const painted = (isTTY: boolean, env: Record<string, string>): string =>
      createScreen(streamOf({ isTTY }).stream, env).paint.red('x')

    expect(painted(true, {})).toBe('\u001b[31mx\u001b[0m')
    expect([painted(false, {}), painted(true, { NO_COLOR: '1' }), painted(true, { TERM: 'dumb' })]).toEqual([
      'x',
      'x',
      'x',
    ])
  })

  it('takes a terminal that says it has 0 columns for one of 80', () => {
    const { stream, written } = streamOf({ isTTY: true, columns: 0 })

    createScreen(stream, {}).status('x'.repeat(100))

    expect(written()).toBe(`\r\u001b[2K${'x'.repeat(78)}…`)
  })

  it('prints lines above the status', () => {
    const { stream, written } = streamOf({ isTTY: true, columns: 80 })
    const screen = createScreen(stream, { NO_COLOR: '1' })

    screen.status('1/2')
    screen.line('failed: x')

    expect(written()).toBe('\r\u001b[2K1/2\r\u001b[2Kfailed: x\n')
  })
})
