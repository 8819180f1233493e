// Comments send their readers to docs/decisions: what they name has to be there.
import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

describe('a decision that a source names', () => {
  it('is in docs/decisions', async () => {
    const decisions = new Set(await readdir(join(ROOT, 'docs/decisions')))
    const named = await namedDecisions()

    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(({ decision }) => !decisions.has(basename(decision)))).toEqual([])
  })
})

async function namedDecisions() {
  const packages = await readdir(join(ROOT, 'packages'))
  const sources = await Promise.all(packages.map((name) => sourcesOf(join('packages', name, 'src'))))
  const found = await Promise.all(
    sources.flat().map(async (source) => {
      const text = await readFile(join(ROOT, source), 'utf8')
      return [...text.matchAll(/docs\/decisions\/\d{4}[\w-]*\.md/g)].map(([decision]) => ({ source, decision }))
    }),
  )
  return found.flat()
}

async function sourcesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length))
}
