import { describe, expect, it } from 'vitest'
import { apiKeys, rateLimits } from '../src/index.ts'
import { setUp } from './set-up.ts'

const VIDEO = 'https://example.test/dQw4w9WgXcQ'

describe('an API key', () => {
  it('makes its name the owner of the job', async () => {
    const { request, service } = await setUp()

    const { json } = await request('/transcribe', { json: { urls: [VIDEO] }, key: 'key-of-bert' })

    expect((await service.get(json.job_id)).owner).toBe('bert')
  })

  it.each([
    ['missing', null],
    ['empty', ''],
    ['wrong', 'key-of-carl'],
    ['right but for its last letter', 'key-of-ann'],
  ])('that is %s is 401 with a challenge, and nothing is stored', async (_title, key) => {
    const { request, storedJobs } = await setUp()

    const { status, headers, json } = await request('/transcribe', { json: { urls: [VIDEO] }, key })

    expect({ status, code: json.code }).toEqual({ status: 401, code: 'unauthorized' })
    expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="ytscriptify".*, ApiKey realm=/)
    expect(await storedJobs()).toBe(0)
  })

  it.each(['api_key', 'apikey', 'x-api-key', 'key', 'token'])('is not accepted in the URL, as ?%s=', async (name) => {
    const { request } = await setUp()

    const { status } = await request(`/jobs?${name}=key-of-anna`, { key: null })

    expect(status).toBe(401)
  })

  it.each(['Bearer key-of-bert', 'bearer  key-of-bert '])(
    'is also taken from the header Authorization, as clients send it that know nothing else: %j',
    async (authorization) => {
      const { request, service } = await setUp()

      const { json } = await request('/transcribe', { json: { urls: [VIDEO] }, key: null, headers: { authorization } })

      expect((await service.get(json.job_id)).owner).toBe('bert')
    },
  )

  it.each([
    ['wrong', 'Bearer key-of-carl', 'invalid_token'],
    ['sent twice', 'Bearer key-of-anna, Bearer key-of-anna', 'invalid_token'],
    ['of another scheme', 'Basic key-of-anna', undefined],
    ['empty', 'Bearer ', undefined],
  ])('in Authorization that is %s is 401, and the challenge says why', async (_title, authorization, error) => {
    const { request } = await setUp()

    const { status, headers } = await request('/jobs', { key: null, headers: { authorization } })

    expect(status).toBe(401)
    expect(/error="(\w+)"/.exec(headers.get('www-authenticate')!)?.[1]).toBe(error)
  })

  it('may stand in both headers', async () => {
    const { request } = await setUp()

    expect((await request('/jobs', { headers: { authorization: 'Bearer key-of-anna' } })).status).toBe(200)
    expect((await request('/jobs', { headers: { authorization: 'Basic of-a-proxy' } })).status).toBe(200)
  })

  it.each(['key-of-bert', 'key-of-carl'])('is refused beside another one: %s', async (other) => {
    const { request } = await setUp({ limits: rateLimits({ wrongKeys: '1/minute' }) })
    const ask = () => request('/jobs', { headers: { authorization: `Bearer ${other}` } })
    await ask()

    const { status, json } = await ask()

    expect({ status, detail: json.detail }).toEqual({ status: 401, detail: expect.stringContaining('two API keys') })
  })

  it('that is sent twice is none', async () => {
    const { request } = await setUp()

    const { status } = await request('/jobs', { key: 'key-of-anna, key-of-anna' })

    expect(status).toBe(401)
  })

  it.each([
    ['there is none', {}, /at least one/],
    ['one is empty', { anna: '' }, /"anna" is empty/],
    ['two are the same', { anna: 'x', bert: 'x' }, /"anna" and "bert" are the same/],
    ['one has no name', { '': 'x' }, /name/],
    ['one cannot be sent in a header', { anna: 'schlüssel' }, /ASCII/],
  ])('is refused when the API is made and %s', (_title, keys, message) => {
    expect(() => apiKeys(keys as Record<string, string>)).toThrow(message)
  })
})

describe('who is asking', () => {
  it('can be found out by the host, in its own way', async () => {
    const { request, service } = await setUp({
      auth: async ({ headers }) => (headers.get('cookie') === 'session=1' ? { owner: 'carl' } : 'missing'),
    })

    const refused = await request('/transcribe', { json: { urls: [VIDEO] } })
    const taken = await request('/transcribe', { json: { urls: [VIDEO] }, headers: { cookie: 'session=1' } })

    expect(refused.status).toBe(401)
    expect((await service.get(taken.json.job_id)).owner).toBe('carl')
  })

  it('is everybody where the host says that nobody need be asked', async () => {
    const { request, service } = await setUp({ auth: 'none' })

    const { json } = await request('/transcribe', { json: { urls: [VIDEO] }, key: null })

    expect((await service.get(json.job_id)).owner).toBe('default')
  })

  it.each([
    ['nobody', undefined],
    ['a caller without an owner', {}],
    ['an empty owner', { owner: '' }],
  ])('is a fault when the host finds %s: without an owner everybody’s jobs would be shown', async (_title, found) => {
    const { request, faults } = await setUp({ auth: () => found as never })

    const { status } = await request('/jobs')

    expect(status).toBe(500)
    expect(faults).toEqual([expect.any(TypeError)])
  })
})

describe('wrong keys', () => {
  it('are looked at no more after ten from one address, and a right key from there passes', async () => {
    const { request } = await setUp({ limits: rateLimits() })
    const guess = (address: string, key: string) => request('/jobs', { key, address })
    for (let count = 0; count < 10; count += 1) await guess('192.0.2.1', `guess-${count}`)

    const answers = [
      await guess('192.0.2.1', 'another'),
      await guess('192.0.2.1', 'key-of-anna'),
      await guess('192.0.2.2', 'another'),
    ]

    expect(answers.map(({ status }) => status)).toEqual([429, 200, 401])
  })

  it('are not those that are missing', async () => {
    const { request } = await setUp({ limits: rateLimits({ wrongKeys: '1/minute' }) })
    for (let count = 0; count < 5; count += 1) await request('/jobs', { key: null, address: '192.0.2.1' })

    const { status } = await request('/jobs', { key: 'wrong', address: '192.0.2.1' })

    expect(status).toBe(401)
  })
})
