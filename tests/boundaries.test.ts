// Every rule of .dependency-cruiser.cjs is broken once, in a small workspace of its own, so that no rule is a dead letter.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const { forbidden } = require('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] }

/** File, rule, and the line that breaks the rule there. */
const VIOLATIONS = [
  ['packages/core/src/a.ts', 'core-imports-no-other-package', `import '@ytscriptify/storage-sql'`],
  ['packages/core/src/b.ts', 'core-imports-no-other-package', `import type { x } from '@ytscriptify/adapter-memory'`],
  ['packages/core/test/a.test.ts', 'core-imports-no-other-package', `import '@ytscriptify/adapter-memory'`],
  ['packages/core/src/text/a.ts', 'text-needs-nothing-of-node', `import 'node:fs'`],
  ['packages/adapter-sqlite/src/a.ts', 'parts-import-only-core', `import '@ytscriptify/adapter-memory'`],
  ['packages/queue-bullmq/src/a.ts', 'parts-import-only-core', `import '@ytscriptify/adapter-sqlite'`],
  [
    'packages/queue-bullmq/test/a.test.ts',
    'tests-of-parts-keep-jobs-in-memory',
    `import '@ytscriptify/adapter-sqlite'`,
  ],
  ['packages/adapter-memory/src/a.ts', 'only-sql-adapters-import-storage-sql', `import '@ytscriptify/storage-sql'`],
  ['packages/http-server/src/a.ts', 'http-server-imports-only-core', `import '@ytscriptify/adapter-sqlite'`],
  ['packages/http-server/src/c.ts', 'the-server-loads-no-metrics', `import './metrics/create-metrics.ts'`],
  ['packages/http-server/src/b.ts', 'nothing-imports-the-command', `import '../../cli/src/main.ts'`],
  ['packages/cli/src/a.ts', 'a-package-is-entered-through-its-exports', `import '../../core/src/inner.ts'`],
  ['packages/cli/src/b.ts', 'a-package-is-named-not-reached-into', `import '../../core/src/index.ts'`],
  ['examples/a.ts', 'outsiders-enter-through-the-exports-too', `import '../packages/core/src/inner.ts'`],
  ['packages/core/src/c.ts', 'sources-never-import-tests', `import '../test/helper.ts'`],
  ['packages/core/src/d.ts', 'sources-never-import-test-kits', `import './testing/kit.ts'`],
  ['packages/cli/src/c.ts', 'sources-never-import-test-kits', `import type { x } from '@ytscriptify/core/testing'`],
  ['packages/core/src/e.ts', 'no-index-from-inside', `import type { x } from './index.ts'`],
  ['packages/core/src/testing/e.ts', 'no-index-from-inside', `import './index.ts'`],
  ['packages/core/src/cycle-a.ts', 'no-cycles', `import type { b } from './cycle-b.ts'; export type a = b`],
  ['packages/cli/src/d.ts', 'no-unresolvable', `import '@ytscriptify/core/src/inner.ts'`],
  ['packages/core/src/h.ts', 'sources-import-only-declared-dependencies', `import 'undeclared'`],
  ['packages/cli/src/e.ts', 'sources-import-only-declared-dependencies', `import 'undeclared'`],
  ['packages/core/src/i.ts', 'sources-import-no-development-dependencies', `import 'for-development'`],
] as const

/** What the packages are allowed to do. */
const ALLOWED = [
  ['packages/core/src/inner.ts', 'export type x = 1'],
  ['packages/core/src/cycle-b.ts', `import type { a } from './cycle-a.ts'; export type b = a`],
  ['packages/core/src/index.ts', `export type { x } from './inner.ts'`],
  ['packages/core/src/testing/kit.ts', `import type { x } from '../inner.ts'; export type kit = x`],
  ['packages/core/src/testing/index.ts', `export type { kit } from './kit.ts'; export type { x } from '../inner.ts'`],
  ['packages/core/test/helper.ts', `import '../src/index.ts'; import '@ytscriptify/core/testing'`],
  ['packages/storage-sql/src/index.ts', `import '@ytscriptify/core'`],
  ['packages/adapter-memory/src/index.ts', `import '@ytscriptify/core'`],
  ['packages/adapter-memory/test/a.test.ts', `import '@ytscriptify/core/testing'`],
  ['packages/queue-bullmq/test/b.test.ts', `import '@ytscriptify/core/testing'; import '@ytscriptify/adapter-memory'`],
  ['packages/adapter-sqlite/src/index.ts', `import '@ytscriptify/core'; import '@ytscriptify/storage-sql'`],
  ['packages/cli/src/main.ts', `import '@ytscriptify/adapter-sqlite'; import '@ytscriptify/http-server'`],
  ['packages/cli/src/bundled.ts', `import 'for-development'`],
  ['packages/http-server/src/index.ts', `import '@ytscriptify/core'; import type { x } from './metrics/metrics.ts'`],
  ['packages/http-server/src/metrics/metrics.ts', 'export type x = 1'],
  ['packages/http-server/src/metrics/create-metrics.ts', `export type { x } from './metrics.ts'`],
  ['examples/ok.ts', `import '@ytscriptify/core'; import '@ytscriptify/core/testing'`],
] as const

let folder: string
let broken: readonly (readonly [file: string, rule: string])[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ytscriptify-boundaries-'))
  await writeFiles([...ALLOWED, ...VIOLATIONS.map(([file, , line]) => [file, line] as const)])
  for (const name of ['undeclared', 'for-development']) {
    await writeFiles([[`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })]])
    await writeFiles([[`node_modules/${name}/index.js`, '']])
  }
  for (const name of [
    'core',
    'storage-sql',
    'adapter-memory',
    'adapter-sqlite',
    'queue-bullmq',
    'http-server',
    'cli',
  ]) {
    await addPackage(name)
  }
  broken = await brokenRules()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the boundaries between the packages', () => {
  it.each(VIOLATIONS)('in %s refuse by %s: %s', (file, rule) => {
    expect(broken).toContainEqual([file, rule])
  })

  it('leave alone what the packages are allowed to do', () => {
    const innocent = new Set<string>(ALLOWED.map(([file]) => file))

    expect(broken.filter(([file]) => innocent.has(file))).toEqual([])
  })

  it('have no rule that is not proved here', () => {
    const proved = new Set(VIOLATIONS.map(([, rule]) => rule))

    expect(forbidden.map(({ name }) => name).filter((name) => !proved.has(name as never))).toEqual([])
  })
})

async function writeFiles(files: readonly (readonly [file: string, text: string])[]): Promise<void> {
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), `${text}\n`)
  }
}

async function addPackage(name: string): Promise<void> {
  const entry = (path: string) => ({ '@ytscriptify/source': path, default: './dist/index.js' })
  const exports = { '.': entry('./src/index.ts'), './testing': entry('./src/testing/index.ts') }
  const manifest = { name: `@ytscriptify/${name}`, exports, devDependencies: { 'for-development': '1.0.0' } }
  await writeFiles([[`packages/${name}/package.json`, JSON.stringify(manifest)]])
  await mkdir(join(folder, 'node_modules/@ytscriptify'), { recursive: true })
  await symlink(join(folder, 'packages', name), join(folder, 'node_modules/@ytscriptify', name), 'junction')
}

async function brokenRules(): Promise<[file: string, rule: string][]> {
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const config = join(root, '.dependency-cruiser.cjs')
  const args = [cruise, '--config', config, '--output-type', 'json', 'packages', 'examples']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 })
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } }
  return summary.violations.map(({ from, rule }) => [from, rule.name])
}
