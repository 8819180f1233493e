import { failing } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { documentOf } from './checked-response.ts'
import { OTHER_KEY, setUp } from './set-up.ts'

const METHODS = ['get', 'post', 'delete', 'put', 'patch'] as const
const operations = Object.entries(documentOf().paths as Record<string, Record<string, unknown>>).flatMap(
  ([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({ method: method.toUpperCase(), path })),
)
// A video is nobody's: what YouTube says of it is the same for everybody.
const ofAJob = operations.filter(({ path }) => path.includes('{id}') && !path.startsWith('/videos/'))

describe('a job of another owner', () => {
  it('is looked for on every route that the document has', () => {
    expect(ofAJob.length).toBeGreaterThanOrEqual(6)
  })

  it.each(ofAJob)('is not found by $method $path, as if it were not there', async ({ method, path }) => {
    const notifier = { check: async () => {}, deliver: async () => ({ type: 'delivered' as const, status: 200 }) }
    const { request, endedJob, service, storedJobs } = await setUp({
      source: { videos: { aaaaaaaaaaa: 'Secret words', bbbbbbbbbbb: failing('video_private') } },
      service: { notifier },
    })
    const id = await endedJob(['aaaaaaaaaaa', 'bbbbbbbbbbb'], { callbackUrl: 'https://receiver.test/hook' })
    const [delivery] = await service.deliveries(id)
    const before = await storedJobs()
    const pathOf = (jobId: string) =>
      path.replace('{id}', jobId).replace('{video_id}', 'aaaaaaaaaaa').replace('{delivery_id}', delivery!.id)

    const foreign = await request(pathOf(id), { method, key: OTHER_KEY })
    const missing = await request(pathOf('01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e'), { method, key: OTHER_KEY })

    expect(foreign).toMatchObject({ status: 404, json: { code: 'job_not_found' } })
    expect(missing).toMatchObject({ status: 404, json: { code: 'job_not_found' } })
    expect(foreign.json.detail.replace(id, '')).toBe(missing.json.detail.replace(/01938f4e[\w-]+/, ''))
    expect(foreign.text).not.toMatch(/Secret|receiver\.test/)
    expect(await storedJobs()).toBe(before)
  })

  it.each(ofAJob.filter(({ method }) => method === 'GET').map(({ path }) => path))(
    'is not found by GET %s either when only its head, its version or its status is asked for',
    async (path) => {
      const { request, endedJob } = await setUp()
      const id = await endedJob(['aaaaaaaaaaa'])
      const url = path.replace('{id}', id).replace('{video_id}', 'aaaaaaaaaaa')

      const answers = [
        await request(url, { method: 'HEAD', key: OTHER_KEY }),
        await request(url, { headers: { 'if-none-match': '*' }, key: OTHER_KEY }),
        await request(url, { headers: { prefer: 'wait=1' }, key: OTHER_KEY }),
        ...(path.endsWith('{id}') ? [await request(`${url}?include=none`, { key: OTHER_KEY })] : []),
      ]

      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    },
  )

  it('is in nobody else’s list', async () => {
    const { request, endedJob } = await setUp()
    await endedJob(['aaaaaaaaaaa'])

    expect((await request('/jobs', { key: OTHER_KEY })).json.jobs).toEqual([])
  })
})
