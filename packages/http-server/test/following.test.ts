// Waiting and events are proved beside their own files; here, that the routes lead there.
import { describe, expect, it } from 'vitest'
import { setUp } from './set-up.ts'

describe('Prefer: wait', () => {
  it('answers when the job has ended', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const waiting = request(`/job_status/${job.id}?include=none`, { headers: { prefer: 'wait=30' } })
    await service.cancel(job.id)
    const { status, headers, json } = await waiting

    expect({ status, job: json.status }).toEqual({ status: 200, job: 'cancelled' })
    expect(headers.get('preference-applied')).toBe('wait')
  })

  it('answers at once when the version that the client knows is old', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const { status, json } = await request(`/job_status/${job.id}`, {
      headers: { prefer: 'wait=30', 'if-none-match': 'W/"0-texts"' },
    })

    expect({ status, job: json.status }).toEqual({ status: 200, job: 'pending' })
  })

  it('ends with 304 when nothing has changed', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    const { headers } = await request(`/job_status/${job.id}`)

    const { status } = await request(`/job_status/${job.id}`, {
      headers: { prefer: 'wait=0', 'if-none-match': headers.get('etag')! },
    })

    expect(status).toBe(304)
  })
})

describe('GET /job_status/{id}/events', () => {
  it('tells how the job goes on until it has ended', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const following = request(`/job_status/${job.id}/events`)
    await service.cancel(job.id)
    const { headers, text } = await following

    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(text).toMatch(/event: job\nid: \d+\ndata: \{"job_id"/)
    expect(text).toMatch(/event: end\nid: \d+\ndata: .*"status":"cancelled"\}\n\n$/)
  })

  it('answers HEAD, and 204 to who has seen the end', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    const { version } = await service.cancel(job.id)

    const head = await request(`/job_status/${job.id}/events`, { method: 'HEAD' })
    const again = await request(`/job_status/${job.id}/events`, { headers: { 'last-event-id': String(version) } })

    expect([head.status, again.status]).toEqual([200, 204])
  })

  it('ends when the server stops', async () => {
    const { handler, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    const closing = new AbortController()
    const headers = { 'x-api-key': 'key-of-anna' }
    const response = await handler(new Request(`http://api.test/job_status/${job.id}/events`, { headers }), {
      closing: closing.signal,
    })

    closing.abort()

    expect(await response.text()).toContain('"status":"pending"')
  })
})
