// Runs a conformance suite as data, to see what it says of an implementation.
import type { TestRunner } from '../../src/testing/test-runner.ts'

/** Runs a suite, one test after the other. @returns the titles of the tests that failed. */
export async function failuresOf(define: (runner: TestRunner) => void): Promise<string[]> {
  const tests: { title: string; test: () => Promise<void> }[] = []
  const path: string[] = []
  define({
    describe(title, body) {
      path.push(title)
      body()
      path.pop()
    },
    it(title, test) {
      tests.push({ title: [...path, title].join(' '), test })
    },
  })

  const failed: string[] = []
  for (const { title, test } of tests) await test().catch(() => failed.push(title))
  return failed
}
