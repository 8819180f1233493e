import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

describe('the conformance suite', () => {
  it('passes under node:test as well, on the built packages', () => {
    const file = fileURLToPath(new URL('conformance.node-test.mjs', import.meta.url))

    // With this variable it would take itself for a part of the test run that it is started from.
    const { NODE_TEST_CONTEXT: _outer, ...env } = process.env

    const { stdout, status } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      encoding: 'utf8',
      timeout: 60_000,
      env,
    })

    expect(stdout).toMatch(/^# fail 0$/m)
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(150)
    expect(status).toBe(0)
  })
})
