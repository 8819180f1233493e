import { memoryStorage } from '@ytscriptify/adapter-memory'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { setUp, type SetUpOptions } from './set-up.ts'

/** An API whose jobs are made one millisecond after the other. */
async function setUpJobs(options: SetUpOptions = {}) {
  const clock = manualClock()
  const api = await setUp({ ...options, storage: memoryStorage({ clock }), service: { clock } })

  /** Ids of new jobs, the newest first. */
  async function submitted(count: number, owner = 'anna'): Promise<string[]> {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) {
      const { job } = await api.service.submit({ urls: ['aaaaaaaaaaa'], owner })
      ids.unshift(job.id)
      await clock.advance(1)
    }
    return ids
  }

  return { ...api, submitted }
}

describe('GET /jobs', () => {
  it('lists the jobs of the caller, newest first', async () => {
    const api = await setUpJobs()
    const ids = await api.submitted(3)
    await api.submitted(2, 'bert')

    const { status, json, headers } = await api.request('/jobs')

    expect(status).toBe(200)
    expect(json.jobs.map((job: { job_id: string }) => job.job_id)).toEqual(ids)
    expect(json.next_cursor).toBeNull()
    expect(headers.has('link')).toBe(false)
  })

  it('leads from page to page by its Link, without losing or repeating a job', async () => {
    const api = await setUpJobs()
    const ids = await api.submitted(7)

    const seen: string[] = []
    let next: string | undefined = '/jobs?limit=3&status=pending'
    while (next !== undefined) {
      const { json, headers } = await api.request(next)
      seen.push(...json.jobs.map((job: { job_id: string }) => job.job_id))
      next = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
    }

    expect(seen).toEqual(ids)
  })

  it('leads on below the path that it is mounted at', async () => {
    const api = await setUpJobs({ basePath: '/api/transcripts/' })
    await api.submitted(2)

    const { headers } = await api.request('/api/transcripts/jobs?limit=1')

    expect(headers.get('link')).toMatch(/^<\/api\/transcripts\/jobs\?limit=1&cursor=[\w%-]+>; rel="next"$/)
  })

  it('shows only jobs of a status', async () => {
    const api = await setUpJobs()
    const [newest = ''] = await api.submitted(2)
    await api.service.cancel(newest)

    const { json } = await api.request('/jobs?status=cancelled')

    expect(json.jobs).toMatchObject([{ job_id: newest, status: 'cancelled' }])
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=%201', 'limit'],
    ['limit=', 'limit'],
    ['limit=99999999999999999999999', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['status=done', 'status'],
    ['status=', 'status'],
    ['cursor=nonsense', 'cursor'],
    ['cursor=', 'cursor'],
    [`cursor=${'x'.repeat(600)}`, 'cursor'],
    ['cursor=WzFlMzAwLCJ4Il0', 'cursor'],
    ['page=2', 'page'],
    ['__proto__=1', '__proto__'],
  ])('refuses ?%s and names it', async (query, path) => {
    const { request } = await setUp()

    const { status, json } = await request(`/jobs?${query}`)

    expect(status).toBe(422)
    expect(json).toMatchObject({ code: 'invalid_input', errors: [{ in: 'query', path }] })
  })

  it('says what to use instead of the offset of the old service', async () => {
    const { request } = await setUp()

    const { status, json } = await request('/jobs?limit=10&offset=20')

    expect(status).toBe(422)
    expect(json.errors).toEqual([
      expect.objectContaining({ path: 'offset', detail: expect.stringContaining('cursor') }),
    ])
  })
})
