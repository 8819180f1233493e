// What the suites need of a test runner. They assert with node:assert, so that any runner can host them.

/** The two functions that every test runner has: pass `{ describe, it }` of Vitest, of `node:test`, of whatever you use. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown
  it(title: string, test: () => Promise<void>): unknown
}

/** What one test works on. Each test gets a new one, and disposes it whatever happens. */
export interface Harness {
  /** Frees everything that the harness made. */
  dispose(): Promise<void>
}

/** Defines a test that is given a harness of its own. */
export type TestWith<H extends Harness> = (title: string, test: (harness: H) => Promise<void>) => void

/** What a group of tests is written with. */
export interface Suite<H extends Harness> {
  readonly describe: (title: string, body: () => void) => void
  readonly it: TestWith<H>
}

export interface SuiteOptions<H extends Harness> {
  readonly runner: TestRunner
  /** Makes what one test works on. No two tests may see each other's data. */
  readonly createHarness: () => Promise<H>
}

export function suiteOf<H extends Harness>({ runner, createHarness }: SuiteOptions<H>): Suite<H> {
  return {
    describe: (title, body) => void runner.describe(title, body),
    it: (title, test) => void runner.it(title, () => runWith(createHarness, test)),
  }
}

async function runWith<H extends Harness>(createHarness: () => Promise<H>, test: (harness: H) => Promise<void>) {
  const harness = await createHarness()
  const [outcome] = await Promise.allSettled([test(harness)])
  const [disposal] = await Promise.allSettled([harness.dispose()])
  // A harness that cannot be disposed must not hide why the test failed.
  if (outcome.status === 'rejected') throw outcome.reason
  if (disposal.status === 'rejected') throw disposal.reason
}
