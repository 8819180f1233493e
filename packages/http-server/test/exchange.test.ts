import { memoryStorage } from '@ytscriptify/adapter-memory'
import { describe, expect, it, vi } from 'vitest'
import { rateLimits } from '../src/index.ts'
import { setUp } from './set-up.ts'

const MISSING = '/job_status/01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e'

describe('every answer', () => {
  it('names the request by the id that the caller gave', async () => {
    const { request } = await setUp()

    const { headers, json } = await request(MISSING, { headers: { 'x-request-id': 'order:42.a-b' } })

    expect(headers.get('x-request-id')).toBe('order:42.a-b')
    expect(json.instance).toBe('urn:request-id:order:42.a-b')
  })

  it.each(['', 'a b', '<script>', 'x'.repeat(129), 'é'])('gives it a new one instead of "%s"', async (given) => {
    const { request } = await setUp()

    const { headers, json } = await request(MISSING, { headers: { 'x-request-id': given } })

    expect(headers.get('x-request-id')).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(json.instance).toBe(`urn:uuid:${headers.get('x-request-id')!}`)
  })

  it('is not to be taken for another type, nor read by pages of other sites', async () => {
    const { request } = await setUp()

    const { headers } = await request('/jobs', { headers: { origin: 'https://evil.test' } })

    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  it('about jobs is kept by no cache unasked', async () => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])
    const paths = ['/jobs', `/job_status/${id}`, `/job_status/${id}/transcripts/aaaaaaaaaaa`, MISSING]

    const caching = await Promise.all(paths.map(async (path) => (await request(path)).headers.get('cache-control')))

    expect(caching).toEqual(['no-store', 'private, no-cache', 'private, no-cache', 'no-store'])
  })
})

describe('a problem', () => {
  it('says what, why, where it is explained, and what to do', async () => {
    const { request } = await setUp()

    const { headers, json } = await request(MISSING)

    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(json).toEqual({
      type: 'https://github.com/ytscriptify/ytscriptify/blob/main/docs/errors.md#job_not_found',
      title: 'Job not found',
      status: 404,
      detail: 'There is no job 01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e.',
      instance: expect.stringMatching(/^urn:uuid:/),
      code: 'job_not_found',
      hint: 'Check the id of the job; list the jobs to find it.',
      job_id: '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e',
    })
  })

  it('of ours shows nothing but the id of the request; the host is told the rest', async () => {
    const fault = new Error('ENOENT: /var/lib/secret.db')
    const getJob = async (): Promise<never> => {
      throw fault
    }
    const { request, faults } = await setUp({ storage: { ...memoryStorage(), getJob } })

    const { status, json, text } = await request(MISSING)

    expect({ status, code: json.code }).toEqual({ status: 500, code: 'internal' })
    expect(text).not.toMatch(/secret|ENOENT|at .*\.ts/)
    expect(faults).toEqual([fault])
  })
})

describe('the host', () => {
  it('is told of each request, without anything secret', async () => {
    const { request, records } = await setUp()

    await request(`${MISSING}?include=none`, { address: '192.0.2.1', headers: { 'x-request-id': 'r1' } })

    expect(records).toEqual([
      {
        requestId: 'r1',
        method: 'GET',
        route: '/job_status/{id}',
        jobId: '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e',
        status: 404,
        durationMs: expect.any(Number),
        owner: 'anna',
        address: '192.0.2.1',
        code: 'job_not_found',
      },
    ])
  })

  it('that throws while it is told disturbs nobody', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { send } = await setUp({
      onRequest: () => {
        throw new Error('The log is full.')
      },
    })

    const { status } = await send('/livez')

    expect(status).toBe(200)
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The log is full.'))
    warn.mockRestore()
  })
})

describe('a limit', () => {
  it('is told in each answer, and with a problem when it is used up', async () => {
    const { request, storedJobs } = await setUp({ limits: rateLimits({ request: '2/hour' }) })
    const submit = () => request('/transcribe', { json: { urls: ['aaaaaaaaaaa'] } })

    const answers = [await submit(), await submit(), await submit()]

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 429])
    expect(answers[0]!.headers.get('ratelimit-policy')).toBe('"request";q=2;w=3600')
    expect(answers[0]!.headers.get('ratelimit')).toMatch(/^"request";r=1;t=\d+$/)
    expect(answers[2]).toMatchObject({
      json: {
        type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
        code: 'rate_limited',
        'violated-policies': ['request'],
      },
    })
    expect(Number(answers[2]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await storedJobs()).toBe(2)
  })

  it('counts bad input too, and each owner apart', async () => {
    const { request } = await setUp({ limits: rateLimits({ request: '1/hour' }) })
    await request('/transcribe', { json: {} })

    const mine = await request('/transcribe', { json: { urls: ['aaaaaaaaaaa'] } })
    const anothers = await request('/transcribe', { json: { urls: ['aaaaaaaaaaa'] }, key: 'key-of-bert' })

    expect([mine.status, anothers.status]).toEqual([429, 202])
  })

  it('does not concern what is open to everybody', async () => {
    const { request } = await setUp({ limits: rateLimits({ read: '1/hour' }) })

    const statuses = [await request('/livez'), await request('/livez'), await request('/openapi.json')]

    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('that cannot be counted lets requests pass, and the host is told', async () => {
    const fault = new Error('redis is away')
    const { request, faults } = await setUp({
      limits: rateLimits({
        store: {
          take: async () => {
            throw fault
          },
        },
      }),
    })

    const { status } = await request('/jobs')

    expect(status).toBe(200)
    expect(faults).toEqual([fault])
  })
})
