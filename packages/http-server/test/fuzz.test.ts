import * as fc from 'fast-check'
import { fakeNotifier } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { arbitraryRequest } from './arbitrary-request.ts'
import { documentOf } from './checked-response.ts'
import { KEY, OTHER_KEY, setUp } from './set-up.ts'

/** Stands wherever bert's job says something of its own: in its text and its addresses. */
const MARKER = 'only-for-bert'

const REQUESTS = 2_000
const seed = Math.floor(Math.random() * 2 ** 31)

describe('the API, asked anything', () => {
  it(`answers as it declares, never fails, and tells nobody what is another’s (seed ${seed})`, async () => {
    const api = await setUp({
      source: { videos: { [OF_BERT]: `Text ${MARKER}` } },
      service: { notifier: fakeNotifier() },
    })
    const job = await api.endedJob(OF_ANNA)
    const foreign = await api.endedJob([`https://example.test/${MARKER}/${OF_BERT}`], {
      owner: 'bert',
      callbackUrl: `https://example.test/${MARKER}`,
    })
    const deliveries = (await api.service.deliveries(foreign)).map(({ id }) => String(id))
    const requests = arbitraryRequest(documentOf(), {
      known: { id: [job, foreign], video_id: [OF_BERT, ...OF_ANNA], delivery_id: [...deliveries, '1'] },
    })
    const keys = fc.constantFrom(KEY, KEY, 'wrong', null)
    const seen = new Map<number, number>()

    await fc.assert(
      fc.asyncProperty(requests, keys, async ({ path, ...request }, key) => {
        const answer = await api.request(path, { ...request, key })

        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
        expect(answer.status).toBeLessThan(500)
        expect(answer.text).not.toMatch(/^\s+at .+:\d+:\d+|node_modules|\.[mc]?[tj]s:\d/m)
        expect(answer.text).not.toContain(MARKER)
        expect([...answer.headers.values()].join()).not.toContain(MARKER)
        if (key !== KEY && !OPEN.test(path)) expect(answer.status).not.toBe(200)
      }),
      { numRuns: REQUESTS, seed },
    )

    expect(api.faults).toEqual([])
    // Requests that are all refused at the door would prove little.
    for (const status of [200, 202, 401, 404, 422]) expect([...seen.keys()]).toContain(status)
    expect((await api.request(`/job_status/${foreign}`, { key: OTHER_KEY })).text).toContain(MARKER)
  })
})

const OF_BERT = 'dQw4w9WgXcQ'
const OF_ANNA = ['jNQXAC9IVRw', '9bZkp7q19f0']

/** What everybody may see. */
const OPEN = /^\/(livez|readyz(?!.*[?&]deep=)|openapi\.json)/
