import { describe, expect, it } from 'vitest'
import { documentOf } from './checked-response.ts'
import { setUp } from './set-up.ts'

const ID = '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e'
const paths = Object.entries(documentOf().paths as Record<string, Record<string, unknown>>).map(([path, item]) => ({
  path,
  methods: Object.keys(item).map((method) => method.toUpperCase()),
}))
const filledIn = (path: string) => path.replace('{id}', ID).replace(/\{\w+\}/, 'aaaaaaaaaaa')

describe('a path', () => {
  it.each(paths)('$path tells its methods to OPTIONS, also without a key', async ({ path, methods }) => {
    const { request } = await setUp()

    const { status, headers } = await request(filledIn(path), { method: 'OPTIONS', key: null })

    expect(status).toBe(204)
    const head = methods.includes('GET') ? ['HEAD'] : []
    expect(headers.get('allow')!.split(', ').toSorted()).toEqual([...methods, ...head, 'OPTIONS'].toSorted())
  })

  it.each(paths)('$path answers other methods with 405 and Allow', async ({ path, methods }) => {
    const { request } = await setUp()
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter((method) => !methods.includes(method))

    for (const method of others) {
      const { status, headers, json } = await request(filledIn(path), { method })

      expect({ method, status, code: json.code }).toEqual({ method, status: 405, code: 'method_not_allowed' })
      expect(headers.get('allow')).toContain(methods[0])
    }
  })

  it.each([
    '/',
    '/nothing',
    '/jobs/',
    '//jobs',
    '/job_status',
    '/job_status/',
    '/JOBS',
    '/job_status/x/y',
    '/jobs/%2e',
  ])('%s that does not exist is 404', async (path) => {
    const { request } = await setUp()

    const { status, json } = await request(path)

    expect({ status, code: json.code }).toEqual({ status: 404, code: 'not_found' })
  })
})

describe('below a base path', () => {
  it('all paths are there, and only there', async () => {
    const { request } = await setUp({ basePath: '/api/transcripts' })

    const there = await request('/api/transcripts/jobs')
    const outside = await request('/jobs')

    expect([there.status, outside.status]).toEqual([200, 404])
  })

  it('a job is found where Location says', async () => {
    const { request } = await setUp({ basePath: '/api/transcripts' })

    const { headers } = await request('/api/transcripts/transcribe', { json: { urls: ['aaaaaaaaaaa'] } })

    expect((await request(headers.get('location')!)).status).toBe(200)
  })

  it.each(['api', '/a b', '/a?b', '/:id', '/../x'])(
    'that is written %s is refused when the API is made',
    async (basePath) => {
      await expect(setUp({ basePath })).rejects.toThrow('no path to mount')
    },
  )
})
