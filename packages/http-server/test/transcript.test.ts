import { failing, fetchedOf } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { setUp } from './set-up.ts'

const speech = fetchedOf('', {
  segments: [
    { text: 'Ask not <what> your country', startMs: 0, durationMs: 1_500 },
    { text: 'can do for you', startMs: 1_500, durationMs: 2_000 },
  ],
})

async function setUpSpeech() {
  const api = await setUp({ source: { videos: { aaaaaaaaaaa: speech } } })
  const id = await api.endedJob(['aaaaaaaaaaa'])
  const url = `/job_status/${id}/transcripts/aaaaaaaaaaa`
  return { ...api, id, url }
}

describe('GET /job_status/{id}/transcripts/{video_id}', () => {
  it('is the entry of the job’s results', async () => {
    const { request, id, url } = await setUpSpeech()

    const { status, json } = await request(url)

    expect(status).toBe(200)
    expect(json).toEqual((await request(`/job_status/${id}`)).json.results[0])
  })

  it.each([
    ['txt', 'text/plain; charset=utf-8', 'Ask not <what> your country\ncan do for you\n'],
    ['srt', 'application/x-subrip; charset=utf-8', '1\r\n00:00:00,000 --> 00:00:01,500\r\nAsk not <what>'],
    ['vtt', 'text/vtt; charset=utf-8', 'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nAsk not &lt;what&gt;'],
  ])('comes as %s too, with a name for the file', async (format, type, beginning) => {
    const { request, url } = await setUpSpeech()

    const { headers, text } = await request(`${url}?format=${format}`)

    expect(headers.get('content-type')).toBe(type)
    expect(headers.get('content-disposition')).toBe(`inline; filename="aaaaaaaaaaa.${format}"`)
    expect(text).toContain(beginning)
  })

  it.each([
    ['text/vtt', 'text/vtt'],
    ['text/plain;q=0.5, application/x-subrip', 'application/x-subrip'],
    ['text/*', 'text/plain'],
    ['text/*, text/plain;q=0', 'text/vtt'],
    ['TEXT/VTT ; Q=0.8, */*;q=0.1', 'text/vtt'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
    ['application/json;q=0.5, */*;q=0.5', 'application/json'],
    ['', 'application/json'],
  ])('comes in the form that Accept likes best: %s', async (accept, type) => {
    const { request, url } = await setUpSpeech()

    const { headers } = await request(url, { headers: { accept } })

    expect(headers.get('content-type')!.split(';')[0]).toBe(type)
    expect(headers.get('vary')).toBe('Accept')
  })

  it('comes as ?format= says, whatever Accept likes', async () => {
    const { request, url } = await setUpSpeech()

    const { headers } = await request(`${url}?format=vtt`, { headers: { accept: 'application/json' } })

    expect(headers.get('content-type')).toMatch(/^text\/vtt/)
  })

  it.each(['image/png', 'application/json;q=0', 'text/markdown'])('is 406 for who takes only %s', async (accept) => {
    const { request, url } = await setUpSpeech()

    const { status, json } = await request(url, { headers: { accept } })

    expect({ status, code: json.code }).toEqual({ status: 406, code: 'not_acceptable' })
    expect(json.detail).toContain('text/vtt')
  })

  it('is not sent again to who has it in the same form', async () => {
    const { request, url } = await setUpSpeech()
    const { headers } = await request(url)
    const condition = { 'if-none-match': headers.get('etag')! }

    const same = await request(url, { headers: condition })
    const otherForm = await request(`${url}?format=srt`, { headers: condition })

    expect([same.status, otherForm.status]).toEqual([304, 200])
  })

  it('answers HEAD like GET without the text', async () => {
    const { request, url } = await setUpSpeech()

    const head = await request(`${url}?format=srt`, { method: 'HEAD' })

    expect(head.status).toBe(200)
    expect(head.headers.get('content-type')).toMatch('subrip')
  })

  it('that is not there yet is 409, and says when to ask again', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const { status, headers, json } = await request(`/job_status/${job.id}/transcripts/aaaaaaaaaaa`)

    expect(status).toBe(409)
    expect(json).toMatchObject({ code: 'transcript_not_ready', job_id: job.id, video_status: 'pending' })
    expect(headers.get('retry-after')).toBe('2')
  })

  it('that failed is 409 with the error of the video', async () => {
    const { request, endedJob } = await setUp({ source: { videos: { aaaaaaaaaaa: failing('video_private') } } })
    const id = await endedJob(['aaaaaaaaaaa'])

    const { status, headers, json } = await request(`/job_status/${id}/transcripts/aaaaaaaaaaa`)

    expect(status).toBe(409)
    expect(json).toMatchObject({
      code: 'video_private',
      detail: 'It failed with video_private.',
      hint: 'Only its owner can see this video.',
      video_status: 'failed',
      retryable: false,
      retry_at: null,
    })
    expect(headers.has('retry-after')).toBe(false)
  })

  it('that was cancelled is 409', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    await service.cancel(job.id)

    const { status, json } = await request(`/job_status/${job.id}/transcripts/aaaaaaaaaaa`)

    expect({ status, code: json.code }).toEqual({ status: 409, code: 'cancelled' })
  })

  it.each(['ccccccccccc', '%00', '%0d%0aX-Injected:1', 'a'.repeat(300), '%F0%9F%92%A9'])(
    'of a video that the job does not have is 404: %s',
    async (videoId) => {
      const { request, id } = await setUpSpeech()

      const { status, json } = await request(`/job_status/${id}/transcripts/${videoId}`)

      expect({ status, code: json.code }).toEqual({ status: 404, code: 'transcript_not_found' })
    },
  )

  it('is refused in a form that does not exist', async () => {
    const { request, url } = await setUpSpeech()

    const { status, json } = await request(`${url}?format=pdf`)

    expect({ status, path: json.errors[0].path }).toEqual({ status: 422, path: 'format' })
  })
})
