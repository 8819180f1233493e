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
    ['md', 'text/markdown; charset=utf-8', '# aaaaaaaaaaa\n'],
    ['csv', 'text/csv; charset=utf-8; header=present', 'aaaaaaaaaaa,0,1500,Ask not <what> your country\r\n'],
    ['jsonl', 'application/jsonl', '{"video_id":"aaaaaaaaaaa","text":"Ask not <what> your country","start_ms":0,'],
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
    ['text/markdown', 'text/markdown'],
    ['text/csv, text/plain;q=0.9', 'text/csv'],
    ['application/jsonl', 'application/jsonl'],
    ['application/x-ndjson', 'application/x-ndjson'],
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

  it.each(['image/png', 'application/json;q=0', 'text/html'])('is 406 for who takes only %s', async (accept) => {
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

describe('a view of a transcript', () => {
  const captions = fetchedOf('', {
    segments: [
      { text: 'It is done. It', startMs: 0, durationMs: 2_000 },
      { text: 'It\nis good.', startMs: 2_000, durationMs: 2_000 },
      { text: 'It is late.', startMs: 4_000, durationMs: 2_000 },
    ],
    metadata: { title: 'Done, "good" / late — 日本', channel: 'Archive', durationMs: 6_000 },
  })

  async function setUpCaptions() {
    const api = await setUp({ source: { videos: { aaaaaaaaaaa: captions } } })
    const id = await api.endedJob(['aaaaaaaaaaa'])
    return { ...api, url: `/job_status/${id}/transcripts/aaaaaaaaaaa` }
  }

  it('is asked for by name, in any format', async () => {
    const { request, url } = await setUpCaptions()

    const sentences = await request(`${url}?format=txt&view=sentences`)
    const paragraphs = await request(`${url}?view=paragraphs`)

    expect(sentences.text).toBe('It is done.\nIt\nis good.\nIt is late.\n'.replace('It\nis', 'It It is'))
    expect(paragraphs.json.segments).toHaveLength(1)
    expect(paragraphs.json).toMatchObject({ video_id: 'aaaaaaaaaaa', error: null })
  })

  it.each([
    ['start=4', 'It is late.\n'],
    ['start=0:02&end=4s', 'It\nis good.\n'],
    ['end=1.5', 'It is done. It\n'],
    ['start=1:00:00', ''],
  ])('is of the part that is heard between two moments: %s', async (times, expected) => {
    const { request, url } = await setUpCaptions()

    const { text } = await request(`${url}?format=txt&${times}`)

    expect(text).toBe(expected)
  })

  it('comes in chunks that link to their second, as JSON or a line for each', async () => {
    const { request, url } = await setUpCaptions()

    const { json } = await request(`${url}?chunk_seconds=4`)
    const lines = await request(`${url}?chunk_seconds=4`, { headers: { accept: 'application/jsonl' } })

    expect(json).toMatchObject({
      video_id: 'aaaaaaaaaaa',
      chunks: [
        { page_content: 'It is done. It It is good.', metadata: { start_seconds: 0, start_timestamp: '00:00:00' } },
        {
          page_content: 'It is late.',
          metadata: { source: 'https://www.youtube.com/watch?v=aaaaaaaaaaa&t=4s', author: 'Archive', length: 6 },
        },
      ],
    })
    expect(lines.text).toBe(json.chunks.map((chunk: object) => `${JSON.stringify(chunk)}\n`).join(''))
  })

  it('has chunks by tokens, with an overlap', async () => {
    const { request, url } = await setUpCaptions()

    const { json } = await request(`${url}?view=segments&chunk_tokens=16&chunk_overlap=8`)

    expect(json.chunks.map((chunk: { metadata: { tokens: number } }) => chunk.metadata.tokens)).toEqual([10])
  })

  it.each([
    ['view=words', 'view'],
    ['start=soon', 'start'],
    ['start=5&end=4', 'end'],
    ['chunk_seconds=0', 'chunk_seconds'],
    ['chunk_tokens=15', 'chunk_tokens'],
    ['chunk_tokens=16&chunk_seconds=16', 'chunk_tokens'],
    ['chunk_overlap=16', 'chunk_overlap'],
    ['chunk_seconds=16&chunk_overlap=9', 'chunk_overlap'],
    ['chunk_seconds=16&format=srt', 'format'],
  ])('is refused, naming the parameter: %s', async (parameters, path) => {
    const { request, url } = await setUpCaptions()

    const { status, json } = await request(`${url}?${parameters}`)

    expect({ status, path: json.errors[0].path }).toEqual({ status: 422, path })
  })

  it('has no chunks for who takes only subtitles', async () => {
    const { request, url } = await setUpCaptions()

    const { status, json } = await request(`${url}?chunk_seconds=60`, { headers: { accept: 'text/vtt' } })

    expect({ status, code: json.code }).toEqual({ status: 406, code: 'not_acceptable' })
    expect(json.detail).not.toContain('text/vtt')
  })

  it('is another answer than the next', async () => {
    const { request, url } = await setUpCaptions()
    const queries = [
      '',
      '?view=sentences',
      '?start=1',
      '?end=1',
      '?chunk_seconds=60',
      '?chunk_tokens=60',
      '?format=txt',
    ]

    const tags = await Promise.all(queries.map(async (query) => (await request(url + query)).headers.get('etag')))

    expect(new Set(tags).size).toBe(queries.length)
  })

  it('has a file name that is safe in any title, and one that every client can read', async () => {
    const { request, url } = await setUpCaptions()

    const { headers } = await request(`${url}?format=srt`)

    const [type, plain, extended = ''] = headers.get('content-disposition')!.split('; ')
    expect([type, plain]).toEqual(['inline', 'filename="aaaaaaaaaaa.srt"'])
    expect(decodeURIComponent(extended.replace("filename*=UTF-8''", ''))).toBe(
      'Done, good late — 日本 [aaaaaaaaaaa].en.srt',
    )
  })
})
