// The code in the READMEs is checked against the types that it talks about, so that no example outlives a change.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { publishedPackages } from '../../scripts/lib/packages.mjs'

const root = join(import.meta.dirname, '../..')
const packages = publishedPackages()
const readmes = packages.map(({ name, dir }) => ({ name, file: join(dir, 'README.md') }))
const guides = ['docs/extend/storage-adapter.md', 'docs/sources.md', 'docs/text.md'].map((path) => ({
  name: path,
  file: join(root, path),
}))
const examples = [...readmes, ...guides].flatMap(({ name, file }) =>
  (existsSync(file) ? codeOf(readFileSync(file, 'utf8')) : []).map((code, index) => ({
    name,
    title: `example ${index + 1} of ${name}`,
    // Beside the README, where its package's own dependencies are found. The file exists only in memory.
    path: join(file, `../readme-example-${index + 1}.ts`),
    code,
  })),
)

describe('the README of a package', () => {
  it.each(readmes)('of $name begins with its name, and says when not to use it', ({ name, file }) => {
    const text = readFileSync(file, 'utf8')

    expect(text).toMatch(new RegExp(`^# ${name}\n`))
    expect(text).toMatch(/^## When not to use it$/m)
  })

  it('shows code that compiles', () => {
    expect(problemsOf(examples)).toEqual([])
  }, 120_000)
})

describe('the README of the project', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8')

  it('shows the first example, which is run by a test of its own', () => {
    const [, ...lines] = readFileSync(join(root, 'examples/quickstart.ts'), 'utf8')
      .split('\n// Output:')[0]!
      .split('\n')

    expect(codeOf(text)).toEqual([`${lines.join('\n').trim()}\n`])
  })

  it('can be read in one sitting', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(150)
  })

  it('leads to pages that are there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path)

    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})

function codeOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
}

/** Compiles the examples in one program, with every package resolved by name to its source. */
function problemsOf(files: readonly { path: string; title: string; code: string }[]): string[] {
  const options: ts.CompilerOptions = { ...compilerOptions(), paths: sourcesByName() }
  const host = ts.createCompilerHost(options)
  const inMemory = new Map(files.map(({ path, code }) => [path, `${code}\nexport {}\n`]))
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => inMemory.has(path) || fileExists(path)
  host.readFile = (path) => inMemory.get(path) ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    const code = inMemory.get(path)
    return code === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, code, rest[0])
  }
  const program = ts.createProgram([...inMemory.keys()], options, host)
  return files.flatMap(({ path, title }) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => `${title}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  )
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown
  }
  return ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root).options
}

/** An example may use packages that its own package does not depend on. */
function sourcesByName(): Record<string, string[]> {
  const sources: Record<string, string[]> = {}
  for (const { name, dir, manifest } of packages) {
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (hasSource(target)) sources[name + path.slice(1)] = [join(dir, target['@ytscriptify/source'])]
    }
  }
  return sources
}

const hasSource = (target: unknown): target is { '@ytscriptify/source': string } =>
  typeof target === 'object' && target !== null && '@ytscriptify/source' in target
