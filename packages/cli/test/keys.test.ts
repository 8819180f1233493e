// The keys of a server that nobody has configured, and of one in production.
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generatedKeys, keyFileOf } from '../src/keys/key-file.ts'
import { weaknessOf } from '../src/keys/weakness.ts'
import { runInProcess } from './support/in-process.ts'

const STRONG = 'q7PzV0bYt3mKx9RwLs2NfD8hJc5Ga1Ue'
const OTHER = 'Zk4TnW8vBq1XyC6pHd0RmE3sJf7Lg9Au'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ytscriptify-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('generated keys', () => {
  it('are made once, and kept beside the database for their owner alone', async () => {
    const database = join(folder, 'transcriber.db')

    const first = await generatedKeys(database)
    const again = await generatedKeys(database)

    expect(again).toEqual(first)
    expect(first.file).toBe(join(folder, 'transcriber.db.keys'))
    expect((await stat(first.file)).mode & 0o777).toBe(0o600)
    expect(weaknessOf(first.apiKey)).toBeUndefined()
    expect(weaknessOf(first.secretKey)).toBeUndefined()
    expect(first.apiKey).not.toBe(first.secretKey)
  })

  it('are the same for 50 callers that ask at once, and leave no draft behind', async () => {
    const database = join(folder, 'transcriber.db')

    const all = await Promise.all(Array.from({ length: 50 }, () => generatedKeys(database)))

    expect(new Set(all.map(({ apiKey }) => apiKey)).size).toBe(1)
    expect(await readdir(folder)).toEqual(['transcriber.db.keys'])
  })

  it('are refused when others may read them, with the command that mends it', async () => {
    const { file } = await generatedKeys(join(folder, 'transcriber.db'))
    for (const mode of [0o640, 0o604, 0o660, 0o644]) {
      await chmod(file, mode)

      const { code, stderr, stdout } = await runInProcess(['keys', 'show'], { cwd: folder })

      expect(stderr).toContain('has keys, and others may read it')
      expect(stderr).toContain(`chmod 600 ${file}`)
      expect(stdout).toBe('')
      expect(code).toBe(2)
    }
  })

  it('are not made up when the file is there and lacks one', async () => {
    const file = keyFileOf(join(folder, 'transcriber.db'))
    await writeFile(file, 'API_KEY=abc\n', { mode: 0o600 })

    const { code, stderr } = await runInProcess(['keys', 'show'], { cwd: folder })

    expect(stderr).toContain('has not both API_KEY and SECRET_KEY')
    expect(code).toBe(2)
    expect(await readFile(file, 'utf8')).toBe('API_KEY=abc\n')
  })

  it('cannot be made in a folder that is not there, which is said with what to do', async () => {
    const env = { DATABASE_URL: `sqlite:///${join(folder, 'nowhere', 'a.db')}` }

    const { code, stderr } = await runInProcess(['keys', 'show'], { cwd: folder, env })

    expect(stderr).toContain('cannot be made')
    expect(stderr).toContain('Set API_KEY and SECRET_KEY')
    expect(code).toBe(2)
  })
})

describe('keys show', () => {
  it('prints the keys in effect, and where the generated ones are', async () => {
    const { stdout, stderr, code } = await runInProcess(['keys', 'show'], { cwd: folder })

    const { apiKey, secretKey, file } = await generatedKeys(join(folder, 'transcriber.db'))
    expect(stdout).toContain(`API_KEY     default  ${apiKey}\n`)
    expect(stdout).toContain(`SECRET_KEY  -        ${secretKey}\n`)
    expect(stderr).toContain(file)
    expect(code).toBe(0)
  })

  it('prints one alone, for the shell', async () => {
    const { stdout } = await runInProcess(['keys', 'show', 'API_KEY'], { cwd: folder })

    const { apiKey } = await generatedKeys(join(folder, 'transcriber.db'))
    expect(stdout).toBe(`${apiKey}\n`)
  })

  it('prints JSON for programs; what was set is not generated', async () => {
    const env = { API_KEY: STRONG, API_KEYS: `bob=${OTHER}`, SECRET_KEY: `${OTHER}, ${STRONG}` }

    const { stdout } = await runInProcess(['keys', 'show', '--json'], { cwd: folder, env })

    expect(JSON.parse(stdout)).toEqual({
      api_keys: { default: STRONG, bob: OTHER },
      secret_keys: [OTHER, STRONG],
      file: null,
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('prints keys from files, and calls it a mistake when the key is given twice', async () => {
    await writeFile(join(folder, 'api-key'), `${STRONG}\n`)
    await writeFile(join(folder, 'secrets'), `${OTHER}\n${STRONG}\n`)
    const env = { API_KEY_FILE: 'api-key', SECRET_KEY_FILE: join(folder, 'secrets') }

    const shown = await runInProcess(['keys', 'show', '--json'], { cwd: folder, env })
    const twice = await runInProcess(['keys', 'show'], { cwd: folder, env: { ...env, API_KEY: OTHER } })
    const missing = await runInProcess(['keys', 'show'], { cwd: folder, env: { API_KEY_FILE: 'nowhere' } })

    expect(JSON.parse(shown.stdout)).toMatchObject({ api_keys: { default: STRONG }, secret_keys: [OTHER, STRONG] })
    expect(twice.stderr).toContain('API_KEY and API_KEY_FILE (environment) are both given; keep one')
    expect(twice.stderr).not.toContain(OTHER)
    expect(missing.stderr).toContain('API_KEY_FILE (environment) cannot be read: ENOENT')
    expect([shown.code, twice.code, missing.code]).toEqual([0, 2, 2])
  })
})

describe('in production', () => {
  it.each(['serve', 'worker', 'keys show'])('"%s" refuses to start without keys, and names each', async (command) => {
    const { stderr, code } = await runInProcess(command.split(' '), { cwd: folder, env: { NODE_ENV: 'production' } })

    if (command !== 'worker') expect(stderr).toContain('API_KEY is not set; in production it must be')
    expect(stderr).toContain('SECRET_KEY is not set; in production it must be')
    expect(code).toBe(2)
    expect(await readdir(folder)).toEqual([])
  })

  it('weak keys are refused by name, and never shown', async () => {
    const env = {
      FLASK_ENV: 'production',
      API_KEY: 'your-secret-api-key-here-0123456789',
      API_KEYS: `alice=hunter2-hunter2,bob=${STRONG}`,
      SECRET_KEY: `dev-secret-key-please-change-me ${OTHER} 11111111222222221111111122222222`,
    }

    const { stderr, stdout, code } = await runInProcess(['serve'], { cwd: folder, env })

    expect(stderr).toContain('The API key "default" is a placeholder')
    expect(stderr).toContain('The API key "alice" has 15 characters; it needs 20')
    expect(stderr).not.toContain('"bob"')
    expect(stderr).toContain('SECRET_KEY number 1 is a placeholder')
    expect(stderr).toContain('SECRET_KEY number 3 repeats a few characters only')
    for (const secret of ['your-secret', 'hunter2', STRONG, OTHER, '1111'])
      expect(stderr + stdout).not.toContain(secret)
    expect(code).toBe(2)
  })

  it('is whatever is called neither development nor test', async () => {
    for (const name of ['staging', 'Production', 'prod'])
      expect((await runInProcess(['keys', 'show'], { cwd: folder, env: { NODE_ENV: name } })).code).toBe(2)
    for (const name of ['development', 'test', ''])
      expect((await runInProcess(['keys', 'show'], { cwd: folder, env: { NODE_ENV: name } })).code).toBe(0)
  })
})

describe('on PostgreSQL', () => {
  it.each(['serve', 'worker', 'keys show'])(
    '"%s" asks for keys: there is no file beside the database',
    async (command) => {
      const env = { DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:1/jobs' }

      const { stdout, stderr, code } = await runInProcess(command.split(' '), { cwd: folder, env })

      if (command !== 'worker')
        expect(stderr).toContain('API_KEY is not set; with PostgreSQL it must be, alike for every')
      expect(stderr).toContain('SECRET_KEY is not set; with PostgreSQL it must be, alike for every server and worker')
      expect(stderr).toContain('make one with: openssl rand -base64 32')
      expect(stdout + stderr).not.toContain('hunter2')
      expect(code).toBe(2)
      expect(await readdir(folder)).toEqual([])
    },
  )
})

describe('a key is weak', () => {
  it.each([
    'your-secret-key',
    'changeme',
    'change-me-in-production-please',
    'your-api-key-here',
    'dev',
    'my-super-secret-password-123',
    'abcdefghijklmnopqrstuvwxyz',
    '01234567890123456789',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'abcabcabcabcabcabcabcabcabcabc',
    'kR7$short',
  ])('when it is %s', (key) => expect(weaknessOf(key)).toBeDefined())

  it.each([
    STRONG,
    '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    '9f86d081884c7d659a2feaa0c55ad015',
    'K7gNU3sdo+OL0wNhqoVWhr==',
  ])('but not when it is %s', (key) => expect(weaknessOf(key)).toBeUndefined())
})
