import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { empty } from '../src/answers.ts'
import { resourceFinder } from '../src/find-resource.ts'

const PATHS = ['/livez', '/job_status/{id}', '/job_status/{id}/transcripts/{video_id}']

const find = resourceFinder(
  PATHS.map((path) => ({ method: 'GET', path, describe: () => ({ responses: {} }), answer: () => empty(200, {}) })),
  { basePath: '/api' },
)

/** The whole of Hono, as an independent reader. */
const hono = new Hono().basePath('/api')
for (const path of PATHS) {
  hono.get(path.replaceAll(/\{(\w+)\}/g, ':$1'), (context) => context.json({ path, params: context.req.param() }))
}

describe('the path of a URL', () => {
  it.each([
    'livez',
    'livez/',
    '/livez',
    '%6Civez',
    'LIVEZ',
    'job_status/a',
    'job_status/a/',
    'job_status/a?b/c',
    'job_status/a#b/c',
    'job_status/a%2Fb',
    'job_status/a%3Fb',
    'job_status/a%25b',
    'job_status/a%252Fb',
    'job_status/a%5Cb',
    'job_status/%00',
    'job_status/%E4%B8%AD',
    'job_status/%E4%B8',
    'job_status/%',
    'job_status/%2525%ff',
    'job_status/__proto__',
    'job_status//transcripts/b',
    'job_status/a/transcripts/b%2f%',
    'job_status/%zz/transcripts/%41',
  ])('is read as Hono reads it: %s', async (path) => {
    const { url } = new Request(`http://localhost:8080/api/${path}`)

    const found = find(url)

    const response = await hono.request(url)
    const theirs: unknown = response.status === 404 ? undefined : await response.json()
    expect(found && { path: found.resource.path, params: found.params }).toEqual(theirs)
  })
})
