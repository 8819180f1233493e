// The guide for authors of storages is followed to the letter, with this package as the storage.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'storage-adapter-'))
  mkdirSync(join(project, 'node_modules/@ytscriptify'), { recursive: true })
  symlinkSync(pathOf('../../core'), join(project, 'node_modules/@ytscriptify/core'))
  const built = JSON.stringify(pathOf('../dist/index.js'))
  writeFileSync(join(project, 'my-storage.mjs'), `export { memoryStorage as myStorage } from ${built}\n`)
})

afterEach(() => rmSync(project, { recursive: true }))

describe('the guide for authors of storages', () => {
  it('shows a proof and a model that run under node:test on the built packages, and pass', () => {
    const guide = readFileSync(pathOf('../../../docs/extend/storage-adapter.md'), 'utf8')
    const [proof = '', firstLine = '', model = ''] = [...guide.matchAll(/^```js\n(.*?)^```$/gms)].map(
      ([, code = '']) => code,
    )
    const underNode = proof.replace("import { describe, it } from 'vitest'\n", firstLine)
    writeFileSync(join(project, 'my-storage.test.mjs'), `${underNode}\n${model}`)
    const { NODE_TEST_CONTEXT: _outer, ...env } = process.env

    const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', 'my-storage.test.mjs'], {
      cwd: project,
      encoding: 'utf8',
      timeout: 60_000,
      env,
    })

    expect(underNode).toMatch(/^import \{ describe, it \} from 'node:test'$/m)
    expect(stdout).toMatch(/^# fail 0$/m)
    expect(stdout).toMatch(/^ok \d+ - does what the model says$/m)
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(150)
  })
})
