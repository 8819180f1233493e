import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { workerSettings } from '../src/worker/worker-options.ts'

describe('the options of a worker', () => {
  it('have a default each, and keep what they are told', () => {
    const settings = workerSettings({ concurrency: 8, retry: { maxFailures: 2 } })

    expect(settings).toMatchObject({ name: 'worker', concurrency: 8, leaseMs: 30_000, renewMs: 5_000, maxCrashes: 3 })
    expect(settings.retry).toMatchObject({ baseMs: 30_000, maxFailures: 2 })
  })

  it('name the machine, and keep jobs for ever unless they are told otherwise', () => {
    expect(workerSettings({})).toMatchObject({ host: hostname(), retentionMs: undefined })
    expect(workerSettings({ host: 'b', retentionMs: 60_000 })).toMatchObject({ host: 'b', retentionMs: 60_000 })
  })

  it('renew a short lease often enough', () => {
    expect(workerSettings({ leaseMs: 1_200 }).renewMs).toBe(200)
  })

  it.each([
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['concurrency', { concurrency: NaN }],
    ['maxCrashes', { maxCrashes: 0 }],
    ['leaseMs', { leaseMs: -1 }],
    ['renewMs', { leaseMs: 1_000, renewMs: 501 }],
    ['attemptTimeoutMs', { attemptTimeoutMs: 0 }],
    ['drainMs', { drainMs: -1 }],
    ['retentionMs', { retentionMs: 0 }],
    ['retentionMs', { retentionMs: NaN }],
    ['retentionMs', { retentionMs: Infinity }],
    ['maxFailures', { retry: { maxFailures: 0 } }],
  ])('are refused where no worker could work with %s', (name, options) => {
    expect(() => workerSettings(options)).toThrow(`${name}: `)
  })

  it('may be without a limit of time', () => {
    expect(workerSettings({ attemptTimeoutMs: Infinity, drainMs: Infinity }).attemptTimeoutMs).toBe(Infinity)
  })
})
