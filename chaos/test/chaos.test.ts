// Short chaos runs in real processes: on a real file, and on a real PostgreSQL and Redis. A long one:
// `npm run chaos -- --seconds 3600`, `npm run chaos -- --storage postgres --seconds 3600`.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const RUN = fileURLToPath(new URL('../run.mjs', import.meta.url))

function run(...options: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [RUN, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (text) => (output += String(text)))
  child.stderr.on('data', (text) => (output += String(text)))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

const numberOf = (what: string, output: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(output)?.[1] ?? NaN)

describe.concurrent('workers that are killed and paused at random', () => {
  it('lose no job, end each exactly once, and write nothing late', async () => {
    const { code, output } = await run('--seconds', '30')

    expect(numberOf('violations', output), output).toBe(0)
    expect(code, output).toBe(0)
    expect(numberOf('kills', output), output).toBeGreaterThan(10)
    expect(numberOf('pauses', output), output).toBeGreaterThan(5)
    expect(numberOf('results accepted', output), output).toBeGreaterThan(100)
    expect(numberOf('late ones refused', output), output).toBeGreaterThan(0)
  }, 120_000)

  it('do no harm on PostgreSQL either, while Redis forgets every hint again and again', async () => {
    const { code, output } = await run('--storage', 'postgres', '--seconds', '20')

    expect(numberOf('violations', output), output).toBe(0)
    expect(code, output).toBe(0)
    expect(numberOf('kills', output), output).toBeGreaterThan(5)
    expect(numberOf('pauses', output), output).toBeGreaterThan(2)
    expect(numberOf('flushes', output), output).toBeGreaterThan(5)
    expect(numberOf('results accepted', output), output).toBeGreaterThan(100)
  }, 120_000)

  it('are noticed by the same run when the fence is taken out of the engine', async () => {
    const { code, output } = await run('--seconds', '25', '--without', 'fence')

    expect(numberOf('results accepted', output), output).toBeGreaterThan(100)
    expect(numberOf('violations', output), output).toBeGreaterThan(0)
    // The right kind: a result or an end that is not the only one, however it shows: in the journal, in
    // a job's counters, or as a second callback. Which of them a run meets first is chance.
    expect(output).toMatch(
      /went from \w+ to |ended \d+ times|second result|had ended as|was written again|counts \d+\+\d+, its rows|deliveries, not 1/,
    )
    expect(code, output).toBe(1)
  }, 120_000)
})
