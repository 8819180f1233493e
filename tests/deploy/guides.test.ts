// The operators' guides are tried where they can be: whoever follows one at night must not find that a flag is called otherwise.
import { createTestDatabase } from '@ytscriptify/test-servers'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readGuide, root } from './guide.ts'

const operations = readGuide('docs/operations.md')
const manyMachines = readGuide('docs/many-machines.md')
const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-guide-'))
const database = join(folder, 'transcriber.db')

beforeAll(() => command(['migrate']))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each([
  ['docs/operations.md', operations],
  ['docs/many-machines.md', manyMachines],
])('%s', (_path, guide) => {
  it.each(guide.commands)('names a command that is there: ytscriptify %s', async (written) => {
    const [subcommands, flags] = partsOf(written)

    const help = await helpOf(subcommands)

    expect(flags.filter((flag) => !help.includes(flag))).toEqual([])
  })

  it('names settings that are there', async () => {
    const settings = await command(['config', 'example'])
    const known = new Set([...settings.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name))

    const unknown = guide.settings.filter((name) => !known.has(name.replace(/_FILE$/, '')) && !known.has(name))

    expect(unknown.filter((name) => !NO_SETTINGS.includes(name))).toEqual([])
  })

  it('names files of the project that are there', () => {
    expect(guide.files.length).toBeGreaterThan(0)
    expect(guide.files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('leads to headings that are there', () => {
    expect(guide.anchorsNamed.filter((anchor) => !guide.anchors.includes(anchor))).toEqual([])
  })
})

/** What belongs to Node.js, the containers, the shell, cron or PostgreSQL. */
const NO_SETTINGS = ['NODE_OPTIONS', 'POSTGRES_PASSWORD', 'RESTORED_URL', 'ON_ERROR_STOP', 'MAILTO']

describe('docs/operations.md', () => {
  it('answers every heading of the guide that it replaces', () => {
    const headings = [...operations.text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)

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

  it.each(operations.blocksOf('sql'))('shows a query that SQLite understands: %s', (query) => {
    expect(() => rowsOf(query)).not.toThrow()
  })

  it.each(statementsIn(operations.blocksOf('sh')))('shows a statement that SQLite understands: %s', (statement) => {
    const here = statement.replace(/'\/var[^']*'/, `'${join(folder, 'copy.db')}'`)

    expect(() => here.split(';').map(rowsOf)).not.toThrow()
  })

  it('names units that are there', () => {
    const named = [...operations.text.matchAll(/\bytscriptify(?:-\w+)?@(?=\d)/g)].map(
      ([unit]) => `deploy/systemd/${unit}.service`,
    )

    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})

describe('docs/many-machines.md', () => {
  let server: Awaited<ReturnType<typeof createTestDatabase>>

  beforeAll(async () => {
    server = await createTestDatabase(inject('postgresUrl'))
    await command(['migrate'], { DATABASE_URL: server.url })
  })
  afterAll(() => server.drop())

  it.each(manyMachines.blocksOf('sql'))('shows a query that PostgreSQL understands: %s', async (query) => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    try {
      await expect(client.query(query)).resolves.toHaveProperty('rows')
    } finally {
      await client.end()
    }
  })
})

/** What is handed to sqlite3 between quotes. */
function statementsIn(blocks: readonly string[]): string[] {
  return [...blocks.join('\n').matchAll(/"((?:VACUUM|PRAGMA)[^"]*)"/g)].map(([, statement = '']) => statement)
}

function partsOf(written: string): [string[], string[]] {
  const words = written.split(/\s+/)
  const isGroup = ['config', 'keys', 'inspect'].includes(words[0] ?? '')
  return [words.slice(0, isGroup ? 2 : 1), words.filter((word) => word.startsWith('--'))]
}

async function helpOf(subcommands: readonly string[]): Promise<string> {
  const help = await command([...subcommands, '--help'])
  expect(help).toContain(`Usage: ytscriptify ${subcommands.join(' ')}`)
  return help
}

async function command(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const main = join(root, 'packages/cli/dist/main.js')
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  })
  return stdout
}

function rowsOf(query: string): unknown[] {
  const { DatabaseSync } = createRequire(join(root, 'packages/adapter-sqlite/package.json'))('@photostructure/sqlite')
  const opened = new DatabaseSync(database)
  try {
    return opened.prepare(query).all()
  } finally {
    opened.close()
  }
}
