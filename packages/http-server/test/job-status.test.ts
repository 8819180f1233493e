import { memoryStorage } from '@ytscriptify/adapter-memory'
import type { TranscriptionStorage } from '@ytscriptify/core'
import { failing, fetchedOf, videoIds } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { setUp } from './set-up.ts'

describe('GET /job_status/{id}', () => {
  it('shows the job with the results and their segments', async () => {
    const { request, endedJob } = await setUp({
      source: { videos: { aaaaaaaaaaa: 'Four score and seven years ago', bbbbbbbbbbb: failing('video_private') } },
    })
    const id = await endedJob(['aaaaaaaaaaa', 'bbbbbbbbbbb'])

    const { status, json } = await request(`/job_status/${id}`)

    expect(status).toBe(200)
    expect(json).toMatchObject({
      job_id: id,
      status: 'completed',
      counts: { total: 2, completed: 1, failed: 1, cancelled: 0 },
      truncated: false,
      results: [
        {
          video_id: 'aaaaaaaaaaa',
          status: 'completed',
          language: 'en',
          segments: [{ text: 'Four score and seven years ago', start_ms: 0, duration_ms: 1_500 }],
          error: null,
        },
        { video_id: 'bbbbbbbbbbb', status: 'failed', segments: null, error: { code: 'video_private' } },
      ],
    })
  })

  it('says when to ask again, until the job has ended', async () => {
    const { request, service, endedJob } = await setUp()
    const ended = await endedJob(['aaaaaaaaaaa'])
    const { job: pending } = await service.submit({ urls: ['bbbbbbbbbbb'], owner: 'anna' })

    const answers = [await request(`/job_status/${pending.id}`), await request(`/job_status/${ended}`)]

    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['2', null])
  })

  it('leaves out the results where they are not wanted', async () => {
    const { storage, read } = counting(memoryStorage())
    const { request, endedJob } = await setUp({ storage })
    const id = await endedJob(['aaaaaaaaaaa'])
    const before = read()

    const { json } = await request(`/job_status/${id}?include=none`)

    expect(json).toMatchObject({ job_id: id, status: 'completed' })
    expect(json).not.toHaveProperty('results')
    expect(read()).toBe(before)
  })

  it('shows links instead of texts when they are too large together', async () => {
    const { request, endedJob } = await setUp({ inlineLimitBytes: 10 })
    const id = await endedJob(['aaaaaaaaaaa'])

    const { json } = await request(`/job_status/${id}`)

    const url = `/job_status/${id}/transcripts/aaaaaaaaaaa`
    expect(json).toMatchObject({ truncated: true, results: [{ segments: null, transcript_url: url }] })
    expect((await request(url)).json).toMatchObject({ video_id: 'aaaaaaaaaaa', status: 'completed' })
  })

  it('finds an id in capitals too', async () => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])

    const { status, json } = await request(`/job_status/${id.toUpperCase()}`)

    expect({ status, id: json.job_id }).toEqual({ status: 200, id })
  })

  it.each(['nonsense', '1', '%00', '01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0', "' OR 1=1 --", '..%2f..%2fetc', '%E0%A4%A'])(
    'does not ask the storage for the id %s',
    async (id) => {
      const storage = memoryStorage()
      const getJob = (): never => {
        throw new Error('The storage was asked.')
      }
      const { request } = await setUp({ storage: { ...storage, getJob } })

      const { status, json } = await request(`/job_status/${id}`)

      expect({ status, code: json.code }).toEqual({ status: 404, code: 'job_not_found' })
    },
  )

  it('names a parameter that it does not know', async () => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])

    const { status, json } = await request(`/job_status/${id}?includes=none`)

    expect(status).toBe(422)
    expect(json).toMatchObject({ job_id: id, errors: [{ in: 'query', path: 'includes' }] })
  })
})

describe('the ETag of a job', () => {
  it('spares the answer to who has it already, and the reading of texts', async () => {
    const { storage, read } = counting(memoryStorage())
    const { request, endedJob } = await setUp({ storage })
    const id = await endedJob(['aaaaaaaaaaa'])
    const { headers } = await request(`/job_status/${id}`)
    const before = read()

    const again = await request(`/job_status/${id}`, { headers: { 'if-none-match': headers.get('etag')! } })

    expect(again).toMatchObject({ status: 304, text: '' })
    expect(again.headers.get('etag')).toBe(headers.get('etag'))
    expect(read()).toBe(before)
  })

  it('changes with the job', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    const { headers } = await request(`/job_status/${job.id}`)

    await service.cancel(job.id)
    const again = await request(`/job_status/${job.id}`, { headers: { 'if-none-match': headers.get('etag')! } })

    expect(again).toMatchObject({ status: 200, json: { status: 'cancelled' } })
  })

  it('is another one for another answer about the same job', async () => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])
    const { headers } = await request(`/job_status/${id}?include=none`)

    const whole = await request(`/job_status/${id}`, { headers: { 'if-none-match': headers.get('etag')! } })

    expect(whole.status).toBe(200)
  })

  it.each([
    ['*', 304],
    ['"other", TAG', 304],
    ['STRONG', 304],
    ['"other"', 200],
    ['nonsense', 200],
  ])('is compared with If-None-Match: %s', async (condition, expected) => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])
    const tag = (await request(`/job_status/${id}`)).headers.get('etag')!
    const value = condition.replace('TAG', tag).replace('STRONG', tag.slice(2))

    const { status } = await request(`/job_status/${id}`, { headers: { 'if-none-match': value } })

    expect(status).toBe(expected)
  })
})

describe('HEAD /job_status/{id}', () => {
  it('answers like GET without the body, and reads no texts', async () => {
    const { storage, read } = counting(memoryStorage())
    const { request, endedJob } = await setUp({ storage })
    const id = await endedJob(['aaaaaaaaaaa'])
    const get = await request(`/job_status/${id}`)
    const before = read()

    const head = await request(`/job_status/${id}`, { method: 'HEAD' })

    expect(head.status).toBe(200)
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
    expect(head.headers.get('content-type')).toBe('application/json')
    expect(read()).toBe(before)
  })
})

describe('a job with large texts', () => {
  const LARGE = 400_000
  const large = (count: number) =>
    Object.fromEntries(
      videoIds(count).map((id) => [
        id,
        fetchedOf('', { segments: [{ text: 'x'.repeat(LARGE), startMs: 0, durationMs: 1 }] }),
      ]),
    )

  it('is sent while it is read, no faster than the client takes it', async () => {
    const { storage, read } = counting(memoryStorage())
    const { send, endedJob } = await setUp({ storage, source: { videos: large(20) } })
    const id = await endedJob(videoIds(20))
    const before = read()

    const response = await send(`/job_status/${id}`)
    const atFirst = read() - before
    const reader = response.body!.getReader()
    await reader.read()

    expect(response.headers.has('content-length')).toBe(false)
    expect(atFirst).toBe(0)
    expect(read() - before).toBeLessThanOrEqual(2)
    await reader.cancel()
  })

  it('arrives whole', async () => {
    const { request, endedJob } = await setUp({ source: { videos: large(3) } })
    const id = await endedJob(videoIds(3))

    const { json } = await request(`/job_status/${id}`)

    expect(
      json.results.map(({ segments: [segment] }: { segments: { text: string }[] }) => segment!.text.length),
    ).toEqual([LARGE, LARGE, LARGE])
  })

  it('is read no further when the client has gone', async () => {
    const { storage, read } = counting(memoryStorage())
    const { send, endedJob } = await setUp({ storage, source: { videos: large(20) } })
    const id = await endedJob(videoIds(20))
    const reader = (await send(`/job_status/${id}`)).body!.getReader()
    await reader.read()

    await reader.cancel()
    const after = read()
    await new Promise(setImmediate)

    expect(read()).toBe(after)
  })

  it('breaks off when the storage fails in the middle, and the fault is told', async () => {
    const storage = memoryStorage()
    const { send, endedJob, faults } = await setUp({
      storage: {
        ...storage,
        listTranscripts: async (query) => {
          if (query.withData && (query.afterPosition ?? -1) >= 1) throw new Error('disk failure')
          return storage.listTranscripts(query)
        },
      },
      source: { videos: large(20) },
    })
    const id = await endedJob(videoIds(20))

    const response = await send(`/job_status/${id}`)

    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('disk failure')
    expect(faults).toEqual([expect.objectContaining({ message: 'disk failure' })])
  })
})

/** Counts the transcripts that were read with their texts or without. */
function counting(storage: TranscriptionStorage): { storage: TranscriptionStorage; read: () => number } {
  let count = 0
  return {
    storage: {
      ...storage,
      listTranscripts: async (query) => {
        const found = await storage.listTranscripts(query)
        count += found.length
        return found
      },
    },
    read: () => count,
  }
}
