// The operator's guide is tried where it can be: whoever follows it at night must not find that a flag is called otherwise.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/operations.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-guide-'))
const database = join(folder, 'transcriber.db')

beforeAll(() => command(['migrate']))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the operator’s guide', () => {
  it('answers every heading of the guide that it replaces', () => {
    const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)

    expect(headings).toEqual(
      expect.arrayContaining([
        'Monitoring',
        'Troubleshooting',
        'Scaling',
        'Backup',
        'Log rotation',
        'Upgrades and restarts',
        'Security checklist',
        'Production checklist',
      ]),
    )
  })

  it.each(commandsIn(guide))('names a command that is there: ytscriptify %s', async (written) => {
    const [subcommands, flags] = partsOf(written)

    const help = await helpOf(subcommands)

    expect(flags.filter((flag) => !help.includes(flag))).toEqual([])
  })

  it('names settings that are there', async () => {
    const settings = await command(['config', 'example'])
    const known = new Set([...settings.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name))

    // A word in capitals that has an underscore, or is given a value, is meant as a setting.
    const named = [...guide.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b|\b[A-Z]{2,}(?==)/g)].map(([name]) => name)

    expect([...new Set(named)].filter((name) => !known.has(name.replace(/_FILE$/, '')) && !known.has(name))).toEqual([])
  })

  it.each(blocksOf('sql'))('shows a query that the database understands: %s', (query) => {
    expect(() => rowsOf(query)).not.toThrow()
  })

  it.each(statementsIn(blocksOf('sh')))('shows a statement that the database understands: %s', (statement) => {
    const here = statement.replace(/'\/var[^']*'/, `'${join(folder, 'copy.db')}'`)

    expect(() => here.split(';').map(rowsOf)).not.toThrow()
  })

  it('names files of the project that are there', () => {
    const named = [...guide.matchAll(/\bdeploy\/[\w./@-]*\w/g)].map(([path]) => path)
    const links = [...guide.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => `docs/${path}`)

    expect([...named, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('leads to headings that are there', () => {
    const anchors = [...guide.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
    const links = [...guide.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)

    expect(links.filter((anchor = '') => !anchors.includes(anchor))).toEqual([])
  })

  it('names units that are there', () => {
    const named = [...guide.matchAll(/\bytscriptify(?:-\w+)?@(?=\d)/g)].map(
      ([unit]) => `deploy/systemd/${unit}.service`,
    )

    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})

const blocksOf = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, code = '']) => code)

/** What is handed to sqlite3 between quotes. */
const statementsIn = (blocks: readonly string[]): string[] =>
  [...blocks.join('\n').matchAll(/"((?:VACUUM|PRAGMA)[^"]*)"/g)].map(([, statement = '']) => statement)

/** In blocks and within sentences, but where a package, a unit or a container of that name is meant. */
function commandsIn(text: string): string[] {
  const found = text.matchAll(/(?<=^|[`\s])(?<!--filter )ytscriptify ((?!ytscriptify)[a-z]+(?![@\w-])[^`|\n]*)/gm)
  return [...new Set([...found].map(([, command = '']) => command.trim()))]
}

function partsOf(command: string): [string[], string[]] {
  const words = command.split(/\s+/)
  const isGroup = words[0] === 'config' || words[0] === 'keys'
  return [words.slice(0, isGroup ? 2 : 1), words.filter((word) => word.startsWith('--'))]
}

async function helpOf(subcommands: readonly string[]): Promise<string> {
  const help = await command([...subcommands, '--help'])
  expect(help).toContain(`Usage: ytscriptify ${subcommands.join(' ')}`)
  return help
}

async function command(args: readonly string[]): Promise<string> {
  const main = join(root, 'packages/cli/dist/main.js')
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })
  return stdout
}

/** As GitHub makes them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')

function rowsOf(query: string): unknown[] {
  const { DatabaseSync } = createRequire(join(root, 'packages/adapter-sqlite/package.json'))('@photostructure/sqlite')
  const opened = new DatabaseSync(database)
  try {
    return opened.prepare(query).all()
  } finally {
    opened.close()
  }
}
