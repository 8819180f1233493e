// The last line of CI must not be better than the run was.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-summary-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the summary of a test run', () => {
  it('counts the tests of all files', () => {
    const report = reportOf(['passed', 'passed'], ['passed', 'skipped', 'todo'])

    expect(summaryOf(report)).toEqual({ line: '3 passed, 0 failed, 2 skipped', status: 0 })
  })

  it('fails when a test failed', () => {
    expect(summaryOf(reportOf(['passed', 'failed']))).toEqual({ line: '1 passed, 1 failed, 0 skipped', status: 1 })
  })

  it('fails when a file ran no test, since it could not be loaded or all of it was skipped', () => {
    expect(summaryOf(reportOf(['passed'], []))).toEqual({ line: '1 passed, 1 failed, 0 skipped', status: 1 })
    expect(summaryOf(reportOf(['passed'], ['skipped']))).toEqual({ line: '1 passed, 1 failed, 1 skipped', status: 1 })
  })

  it('fails when the run failed outside its tests', () => {
    const report = { ...reportOf(['passed']), success: false }

    expect(summaryOf(report)).toEqual({ line: '1 passed, 1 failed, 0 skipped', status: 1 })
  })

  it('fails when nothing ran, or the runner died before it could report', () => {
    expect(summaryOf(reportOf())).toEqual({ line: '0 passed, 1 failed, 0 skipped', status: 1 })
    expect(summaryOf('{ "testResults": [')).toEqual({ line: '0 passed, 1 failed, 0 skipped', status: 1 })
  })
})

/** A report as vitest writes it, cut down to what is read of it. */
function reportOf(...files: readonly string[][]): object {
  const testResults = files.map((statuses, index) => ({
    name: `${String(index)}.test.ts`,
    message: '',
    assertionResults: statuses.map((status) => ({ status })),
  }))
  return { success: !files.flat().includes('failed'), testResults }
}

function summaryOf(report: object | string): { line: string | undefined; status: number | null } {
  const file = join(folder, 'report.json')
  writeFileSync(file, typeof report === 'string' ? report : JSON.stringify(report))
  const script = join(import.meta.dirname, '../scripts/test-summary.mjs')
  const { stdout, status } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' })
  return { line: stdout.trim().split('\n').at(-1), status }
}
