import { failing } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { setUp } from './set-up.ts'

const twoVideos = { videos: { aaaaaaaaaaa: 'Fine.', bbbbbbbbbbb: failing('video_private') } }

describe('POST /job_status/{id}/retry', () => {
  it('makes a new job of what failed', async () => {
    const { request, endedJob } = await setUp({ source: twoVideos })
    const id = await endedJob(['aaaaaaaaaaa', 'bbbbbbbbbbb'])

    const { status, headers, json } = await request(`/job_status/${id}/retry`, { method: 'POST' })

    expect(status).toBe(202)
    expect(json).toMatchObject({ status: 'pending', retry_of: id, counts: { total: 1 } })
    expect(headers.get('location')).toBe(`/job_status/${json.job_id}`)
    expect(json.job_id).not.toBe(id)
  })

  it('makes one job of requests with the same Idempotency-Key', async () => {
    const { request, endedJob, storedJobs } = await setUp({ source: twoVideos })
    const id = await endedJob(['bbbbbbbbbbb'])
    const again = { method: 'POST', headers: { 'idempotency-key': 'once' } }

    const first = await request(`/job_status/${id}/retry`, again)
    const second = await request(`/job_status/${id}/retry`, again)

    expect(second.json.job_id).toBe(first.json.job_id)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await storedJobs()).toBe(2)
  })

  it('refuses a key that was used for something else', async () => {
    const { request, endedJob } = await setUp({ source: twoVideos })
    const id = await endedJob(['bbbbbbbbbbb'])
    const headers = { 'idempotency-key': 'once' }
    await request('/transcribe', { json: { urls: ['aaaaaaaaaaa'] }, headers })

    const { status, json } = await request(`/job_status/${id}/retry`, { method: 'POST', headers })

    expect({ status, code: json.code }).toEqual({ status: 422, code: 'idempotency_mismatch' })
  })

  it('takes an empty object for a body, and nothing else', async () => {
    const { request, endedJob } = await setUp({ source: twoVideos })
    const id = await endedJob(['bbbbbbbbbbb'])

    const empty = await request(`/job_status/${id}/retry`, { json: {} })
    const full = await request(`/job_status/${id}/retry`, { json: { urls: ['aaaaaaaaaaa'] } })

    expect(empty.status).toBe(202)
    expect(full).toMatchObject({ status: 422, json: { job_id: id, errors: [{ path: 'urls' }] } })
  })

  it('of a job that has not ended comes too early, and makes none', async () => {
    const { request, service, storedJobs } = await setUp({ source: twoVideos })
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const { status, json } = await request(`/job_status/${job.id}/retry`, { method: 'POST' })

    expect({ status, code: json.code, job: json.job_id }).toEqual({ status: 409, code: 'job_not_ended', job: job.id })
    expect(await storedJobs()).toBe(1)
  })

  it.each([
    ['of which nothing failed', ['aaaaaaaaaaa'], 422],
    ['that does not exist', [], 404],
  ])('of a job %s makes none', async (_title, videos, expected) => {
    const { request, endedJob, storedJobs } = await setUp({ source: twoVideos })
    const id = videos.length > 0 ? await endedJob(videos) : '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e'
    const before = await storedJobs()

    const { status } = await request(`/job_status/${id}/retry`, { method: 'POST' })

    expect(status).toBe(expected)
    expect(await storedJobs()).toBe(before)
  })
})
