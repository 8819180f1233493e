import { memoryStorage } from '@ytscriptify/adapter-memory'
import { TranscriptionError, type Notifier } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { listOf } from '../src/schemas/list-of.ts'
import { setUp } from './set-up.ts'

const VIDEO = 'https://example.test/dQw4w9WgXcQ'

describe('POST /transcribe', () => {
  it('answers 202 with the job and where it is found', async () => {
    const { request } = await setUp()

    const { status, headers, json } = await request('/transcribe', { json: { urls: [VIDEO] } })

    expect(status).toBe(202)
    expect(json).toMatchObject({ status: 'pending', counts: { total: 1 } })
    expect(headers.get('location')).toBe(`/job_status/${json.job_id}`)
    expect(headers.get('retry-after')).toBe('2')
    expect((await request(json.links.job)).json).toMatchObject({ job_id: json.job_id, results: [{ url: VIDEO }] })
  })

  it('hands on every option', async () => {
    const { request, service } = await setUp({ service: { notifier: anyReceiver } })

    const { json } = await request('/transcribe', {
      json: {
        urls: [VIDEO],
        callback_url: 'https://receiver.test/hook',
        languages: ['pt-BR', 'en'],
        kind: 'manual',
        translate_to: 'fr',
        keep_formatting: true,
        reuse: 'shared',
        max_age_ms: 60_000,
        refresh: false,
      },
    })

    expect(await service.get(json.job_id)).toMatchObject({
      owner: 'anna',
      callbackUrl: 'https://receiver.test/hook',
      request: { languages: ['pt-BR', 'en'], kind: 'manual', translateTo: 'fr', keepFormatting: true },
      reuse: { scope: 'shared', maxAgeMs: 60_000 },
    })
  })

  it('takes a callback_url of null for none, as the old service did', async () => {
    const { request, service } = await setUp()

    const { json } = await request('/transcribe', { json: { urls: [VIDEO], callback_url: null } })

    expect((await service.get(json.job_id)).callbackUrl).toBeUndefined()
  })

  it.each(['application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"', 'application/vnd.api+json'])(
    'reads a body of the type %s',
    async (type) => {
      const { request } = await setUp()

      const { status } = await request('/transcribe', { json: { urls: [VIDEO] }, headers: { 'content-type': type } })

      expect(status).toBe(202)
    },
  )

  it('reads a body that comes in pieces, cut through a character', async () => {
    const { request } = await setUp()
    const bytes = new TextEncoder().encode(JSON.stringify({ urls: [VIDEO], kind: 'any' }).replace('{', '{ '))
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })

    const { status } = await request('/transcribe', { body, headers: { 'content-type': 'application/json' } })

    expect(status).toBe(202)
  })
})

describe('an Idempotency-Key', () => {
  const again = { json: { urls: [VIDEO] }, headers: { 'idempotency-key': 'monday' } }

  it('gives the job of the first time, and says so', async () => {
    const { request, storedJobs } = await setUp()
    const first = await request('/transcribe', again)

    const second = await request('/transcribe', again)

    expect(second.status).toBe(202)
    expect(second.json).toEqual(first.json)
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(await storedJobs()).toBe(1)
  })

  it('makes one job of 20 requests at the same time', async () => {
    const { request, storedJobs } = await setUp()

    const answers = await Promise.all(Array.from({ length: 20 }, () => request('/transcribe', again)))

    expect(new Set(answers.map(({ json }) => json.job_id)).size).toBe(1)
    expect(await storedJobs()).toBe(1)
  })

  it('is the same with the quotes of the draft and without', async () => {
    const { request, storedJobs } = await setUp()

    await request('/transcribe', again)
    await request('/transcribe', { ...again, headers: { 'idempotency-key': '"monday"' } })

    expect(await storedJobs()).toBe(1)
  })

  it('is refused for another request', async () => {
    const { request, storedJobs } = await setUp()
    await request('/transcribe', again)

    const { status, json } = await request('/transcribe', { ...again, json: { urls: [VIDEO], kind: 'manual' } })

    expect({ status, code: json.code }).toEqual({ status: 422, code: 'idempotency_mismatch' })
    expect(await storedJobs()).toBe(1)
  })

  it('of another owner is another key', async () => {
    const { request, storedJobs } = await setUp()

    await request('/transcribe', again)
    const { headers } = await request('/transcribe', { ...again, key: 'key-of-bert' })

    expect(headers.has('idempotency-replayed')).toBe(false)
    expect(await storedJobs()).toBe(2)
  })

  it.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['not printable ASCII', 'caf\u00e9'],
  ])('is refused when it is %s', async (_title, key) => {
    const { request, storedJobs } = await setUp()

    const { status, json } = await request('/transcribe', { ...again, headers: { 'idempotency-key': key } })

    expect(status).toBe(422)
    expect(json.errors).toEqual([expect.objectContaining({ in: 'header', path: 'Idempotency-Key' })])
    expect(await storedJobs()).toBe(0)
  })
})

describe('a submission that cannot be done', () => {
  const many = Array.from({ length: 51 }, () => VIDEO)

  it.each<[string, unknown, { code: string; path: string; pointer: string }]>([
    ['no urls', {}, { code: 'invalid_input', path: 'urls', pointer: '#/urls' }],
    ['urls that are no list', { urls: VIDEO }, { code: 'invalid_input', path: 'urls', pointer: '#/urls' }],
    ['an empty list', { urls: [] }, { code: 'invalid_input', path: 'urls', pointer: '#/urls' }],
    ['51 URLs', { urls: many }, { code: 'too_many_urls', path: 'urls', pointer: '#/urls' }],
    ['a number among the urls', { urls: [VIDEO, 7] }, { code: 'invalid_input', path: 'urls[1]', pointer: '#/urls/1' }],
    [
      'a URL of another site',
      { urls: [VIDEO, VIDEO, 'https://vimeo.test/1'] },
      { code: 'unsupported_url', path: 'urls[2]', pointer: '#/urls/2' },
    ],
    ['an unknown field', { urls: [VIDEO], url: 'x' }, { code: 'invalid_input', path: 'url', pointer: '#/url' }],
    [
      'an unknown field with slashes in its name',
      { urls: [VIDEO], 'a/b~c d': 1 },
      { code: 'invalid_input', path: 'a/b~c d', pointer: '#/a~1b~0c%20d' },
    ],
    [
      'a language that is none',
      { urls: [VIDEO], languages: ['en', 'klingon!'] },
      { code: 'invalid_input', path: 'languages[1]', pointer: '#/languages/1' },
    ],
    ['an unknown kind', { urls: [VIDEO], kind: 'x' }, { code: 'invalid_input', path: 'kind', pointer: '#/kind' }],
    [
      'a negative age',
      { urls: [VIDEO], max_age_ms: -1 },
      { code: 'invalid_input', path: 'max_age_ms', pointer: '#/max_age_ms' },
    ],
    [
      'a callback to a file',
      { urls: [VIDEO], callback_url: 'file:///etc/passwd' },
      { code: 'invalid_input', path: 'callback_url', pointer: '#/callback_url' },
    ],
    [
      'a callback where nothing can call it',
      { urls: [VIDEO], callback_url: 'https://receiver.test/' },
      { code: 'callback_refused', path: 'callback_url', pointer: '#/callback_url' },
    ],
    ['U+0000 in a URL', { urls: ['a\u0000b'] }, { code: 'invalid_input', path: 'urls[0]', pointer: '#/urls/0' }],
    [
      'half a character in a URL',
      { urls: ['\ud800'] },
      { code: 'invalid_input', path: 'urls[0]', pointer: '#/urls/0' },
    ],
    ['a list instead of an object', [VIDEO], { code: 'invalid_input', path: 'input', pointer: '#' }],
  ])('with %s is 422, names the place, and stores nothing', async (_title, json, { code, path, pointer }) => {
    const { request, storedJobs } = await setUp()

    const answer = await request('/transcribe', { json })

    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({ code, errors: [{ code, in: 'body', path, pointer }] })
    expect(await storedJobs()).toBe(0)
  })

  it('says how a playlist or a channel is expanded, which it does not do', async () => {
    const { request } = await setUp()

    const { status, json } = await request('/transcribe', { json: { urls: ['https://www.youtube.com/@channel'] } })

    expect(status).toBe(422)
    expect(json).toMatchObject({ code: 'unsupported_url', hint: expect.stringContaining('ytscriptify transcribe') })
  })

  it('names all that is wrong at once', async () => {
    const { request } = await setUp()

    const { json } = await request('/transcribe', { json: { urls: ['x', VIDEO, 'y'] } })

    expect(json.errors.map(({ path }: { path: string }) => path)).toEqual(['urls[0]', 'urls[2]'])
  })

  // It took 9 seconds, in which nobody else was answered, and the answer had 70 MB.
  it.each([
    ['items', { urls: Array.from({ length: 400_000 }, () => 1) }],
    ['names', { urls: [VIDEO], ...Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`x${index}`, 1])) }],
    ['languages', { urls: [VIDEO], languages: ['x'.repeat(1_000_000)] }],
  ])('names the first of very many wrong %s, and no more than an answer can bear', async (_title, json) => {
    const { request } = await setUp()

    const answer = await request('/transcribe', { json })

    expect(answer.status).toBe(422)
    expect(answer.json.errors.length).toBeLessThanOrEqual(100)
    expect(answer.text.length).toBeLessThan(20_000)
  })

  it('stops checking a list when more of it is wrong than a problem names', () => {
    let checked = 0
    const item = z.unknown().refine(() => {
      checked += 1
      return false
    })

    const result = listOf(item, { least: 1, otherwise: 'Give a list' }).safeParse(Array.from({ length: 1_000 }))

    expect(result.error?.issues).toHaveLength(101)
    expect(checked).toBe(101)
  })

  it('does not take __proto__ for a field it knows', async () => {
    const { request } = await setUp()
    const body = `{"urls":["${VIDEO}"],"__proto__":{"refresh":true}}`

    const { json } = await request('/transcribe', { body, headers: { 'content-type': 'application/json' } })

    expect(json.errors).toEqual([expect.objectContaining({ path: '__proto__' })])
  })

  it('because its callback is refused says why', async () => {
    const { request, storedJobs } = await setUp({ service: { notifier: { ...anyReceiver, check: refuse } } })

    const { status, json } = await request('/transcribe', {
      json: { urls: [VIDEO], callback_url: 'http://127.0.0.1/hook' },
    })

    expect(status).toBe(422)
    expect(json).toMatchObject({ code: 'callback_refused', detail: 'callback_url: That address is private.' })
    expect(await storedJobs()).toBe(0)
  })
})

describe('a body that cannot be read', () => {
  const asJson = { 'content-type': 'application/json' }

  it.each<[string, number, string, { body?: RequestInit['body']; headers?: Record<string, string> }]>([
    ['with broken JSON', 400, 'malformed_request', { body: '{"urls":', headers: asJson }],
    ['that is not UTF-8', 400, 'malformed_request', { body: Uint8Array.of(0x22, 0xff, 0x22), headers: asJson }],
    ['as a form', 415, 'unsupported_media_type', { body: new URLSearchParams('urls=x') }],
    ['as plain text', 415, 'unsupported_media_type', { body: '{}', headers: { 'content-type': 'text/plain' } }],
    ['without a type', 415, 'unsupported_media_type', { body: new TextEncoder().encode('{}') }],
    [
      'in another character set',
      415,
      'unsupported_media_type',
      { body: '{}', headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
    ],
    [
      'that is compressed',
      415,
      'unsupported_media_type',
      { body: '{}', headers: { ...asJson, 'content-encoding': 'gzip' } },
    ],
  ])('%s is %i %s, and nothing is stored', async (_title, expected, code, options) => {
    const { request, storedJobs } = await setUp()

    const { status, json } = await request('/transcribe', { method: 'POST', ...options })

    expect({ status, code: json.code }).toEqual({ status: expected, code })
    expect(await storedJobs()).toBe(0)
  })

  it('is the same problem as an empty one: it lacks urls', async () => {
    const { request } = await setUp()

    const { status, json } = await request('/transcribe', { method: 'POST' })

    expect({ status, path: json.errors[0].path }).toEqual({ status: 422, path: 'urls' })
  })

  it('that breaks off is 400', async () => {
    const { request } = await setUp()
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new Error('connection reset'))
      },
    })

    const { status, json } = await request('/transcribe', { body, headers: asJson })

    expect({ status, code: json.code }).toEqual({ status: 400, code: 'malformed_request' })
  })

  it('of 2 MB is 413 before it is read, when it says its length', async () => {
    const { request, storedJobs } = await setUp()
    const { body, taken } = tooLarge()

    const { status, json } = await request('/transcribe', { body, headers: { ...asJson, 'content-length': '2000000' } })

    expect({ status, code: json.code }).toEqual({ status: 413, code: 'payload_too_large' })
    expect(taken()).toBe(0)
    expect(await storedJobs()).toBe(0)
  })

  it('of 2 MB is 413 as soon as it is too long, when it does not', async () => {
    const { request } = await setUp()
    const { body, taken } = tooLarge()

    const { status } = await request('/transcribe', { body, headers: asJson })

    expect(status).toBe(413)
    expect(taken()).toBeLessThanOrEqual(1024 * 1024 + 2 * 64 * 1024)
  })

  it('may be as large as the host allows, and no larger', async () => {
    const { request } = await setUp({ maxBodyBytes: 100 })
    const padded = (length: number) => `{"urls":["${VIDEO}"]}`.padEnd(length)

    const fits = await request('/transcribe', { body: padded(100), headers: asJson })
    const isTooLarge = await request('/transcribe', { body: padded(101), headers: asJson })

    expect([fits.status, isTooLarge.status]).toEqual([202, 413])
  })
})

const anyReceiver: Notifier = {
  check: async () => {},
  deliver: async () => ({ type: 'delivered', status: 204 }),
}

const refuse = async (): Promise<never> => {
  throw new TranscriptionError('callback_refused', 'That address is private.')
}

/** A body that is much too large, and counts how much of it was taken. */
function tooLarge(): { readonly body: ReadableStream<Uint8Array>; readonly taken: () => number } {
  let taken = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken += 64 * 1024
        if (taken > 8 * 1024 * 1024) throw new Error('Much more was taken than is allowed.')
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20))
      },
    },
    { highWaterMark: 0 },
  )
  return { body, taken: () => taken }
}

it('says nothing of what the storage says', async () => {
  const storage = memoryStorage()
  const insertJob = async (): Promise<never> => {
    throw new TranscriptionError('storage_unavailable', 'connect ECONNREFUSED db.internal:5432')
  }
  const { request, faults } = await setUp({ storage: { ...storage, insertJob } })

  const { status, headers, text } = await request('/transcribe', { json: { urls: [VIDEO] } })

  expect(status).toBe(503)
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(text).not.toContain('db.internal')
  expect(faults).toMatchObject([{ code: 'storage_unavailable' }])
})
