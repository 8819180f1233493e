import { describe, expect, it } from 'vitest'
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
})
