// Short chaos runs, half a minute on each database. Long ones: docs/chaos.md.
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

const numberOf = (what: string, output: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(output)?.[1] ?? 0)

describe('servers and workers that are killed and stand still at random', { timeout: 420_000 }, () => {
  it('lose no job, end each exactly once, and write nothing late, on one SQLite file', async () => {
    const { code, output } = await run('--storage', 'sqlite', '--seconds', '30')

    expect(output).toMatch(/^ {2}0 violations$/m)
    expect(code, output).toBe(0)
    expect(numberOf('kills', output), output).toBeGreaterThan(5)
    expect(numberOf('pauses', output), output).toBeGreaterThan(5)
    expect(numberOf('results accepted', output), output).toBeGreaterThan(20)
  })

  it('do so on PostgreSQL too, which crashes and ends connections, while Redis forgets, goes away and lies', async () => {
    const { code, output } = await run('--storage', 'postgres', '--seconds', '30')

    expect(output).toMatch(/^ {2}0 violations$/m)
    expect(code, output).toBe(0)
    expect(numberOf('kills', output), output).toBeGreaterThan(5)
    expect(numberOf('pauses', output), output).toBeGreaterThan(5)
    expect(numberOf('× Redis forgot', output) + numberOf('× connections ended', output), output).toBeGreaterThan(0)
    expect(numberOf('results accepted', output), output).toBeGreaterThan(20)
  })

  it('are noticed by the same run when jobs are called back only after their end was stored', async () => {
    const { code, output } = await run('--storage', 'sqlite', '--seconds', '15', '--without', 'outbox')

    expect(numberOf('violations', output), output).toBeGreaterThan(0)
    expect(output).toMatch(/has 0 deliveries, not 1/)
    expect(code, output).toBe(1)
  })
})
