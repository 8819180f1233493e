import { expect, describe, it } from 'vitest'
import { setUp } from './set-up.ts'

describe('DELETE /job_status/{id}', () => {
  it('cancels the job and answers with it', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const { status, json } = await request(`/job_status/${job.id}`, { method: 'DELETE' })

    expect(status).toBe(200)
    expect(json).toMatchObject({ job_id: job.id, status: 'cancelled', counts: { total: 1, cancelled: 1 } })
  })

  it('of a cancelled job is 200 again', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    const first = await request(`/job_status/${job.id}`, { method: 'DELETE' })

    const second = await request(`/job_status/${job.id}`, { method: 'DELETE' })

    expect(second.status).toBe(200)
    expect(second.json).toEqual(first.json)
  })

  it('of a finished job is 409, with the job as it stays', async () => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])

    const { status, json } = await request(`/job_status/${id}`, { method: 'DELETE' })

    expect(status).toBe(409)
    expect(json).toMatchObject({ code: 'already_finished', job_id: id, job: { job_id: id, status: 'completed' } })
  })

  it('of a job that does not exist is 404', async () => {
    const { request } = await setUp()

    const { status, json } = await request('/job_status/01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e', { method: 'DELETE' })

    expect({ status, code: json.code }).toEqual({ status: 404, code: 'job_not_found' })
  })
})
