import { describe, expect, it } from 'vitest'
import { suiteOf, type TestRunner } from '../../src/testing/test-runner.ts'

/** Runs one test with a harness that is disposed in a certain way. */
async function run({ test, dispose }: { test: () => Promise<void>; dispose: () => Promise<void> }) {
  const tests: (() => Promise<void>)[] = []
  const runner: TestRunner = { describe: (_title, body) => body(), it: (_title, body) => void tests.push(body) }
  suiteOf({ runner, createHarness: async () => ({ dispose }) }).it('a test', test)
  for (const defined of tests) await defined()
}

describe('a test of a suite', () => {
  it('has a harness of its own, which is disposed after it', async () => {
    const steps: string[] = []

    await run({ test: async () => void steps.push('test'), dispose: async () => void steps.push('disposal') })

    expect(steps).toEqual(['test', 'disposal'])
  })

  it('disposes its harness when it fails, and fails for its own reason', async () => {
    let disposed = false
    const dispose = async () => {
      disposed = true
      throw new Error('the disposal failed too')
    }

    await expect(run({ test: () => Promise.reject(new Error('it failed')), dispose })).rejects.toThrow('it failed')

    expect(disposed).toBe(true)
  })

  it('fails when its harness cannot be disposed', async () => {
    const dispose = () => Promise.reject(new Error('the disposal failed'))

    await expect(run({ test: async () => undefined, dispose })).rejects.toThrow('the disposal failed')
  })
})
