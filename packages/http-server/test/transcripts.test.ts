import { text as textOf } from 'node:stream/consumers'
import { failing, fetchedOf } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import yauzl from 'yauzl'
import { setUp } from './set-up.ts'

async function setUpJob() {
  const api = await setUp({
    source: {
      videos: {
        aaaaaaaaaaa: fetchedOf('Ask not.', { metadata: { title: 'Speech/of "1961"' } }),
        bbbbbbbbbbb: failing('video_private'),
        ccccccccccc: fetchedOf('♪ la ♪', { language: 'fr' }),
      },
    },
  })
  const id = await api.endedJob(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])
  return { ...api, id, url: `/job_status/${id}/transcripts` }
}

describe('GET /job_status/{id}/transcripts', () => {
  it('is a line of JSON for each video, the entries of the job’s results', async () => {
    const { request, id, url } = await setUpJob()

    const { headers, text } = await request(url)

    const { results } = (await request(`/job_status/${id}`)).json
    expect(headers.get('content-type')).toBe('application/jsonl')
    expect(headers.get('content-disposition')).toBe(`inline; filename="${id}.jsonl"`)
    expect(linesOf(text)).toEqual(results)
    expect(results).toHaveLength(3)
  })

  it('has a view of every text, and chunks of all that have one', async () => {
    const { request, url } = await setUpJob()

    const chunks = await request(`${url}?chunk_tokens=100`)
    const late = await request(`${url}?start=1:00`)

    expect(linesOf(chunks.text).map(({ page_content: text }) => text)).toEqual(['Ask not.', '♪ la ♪'])
    expect(linesOf(late.text).map(({ segments }) => segments)).toEqual([[], null, []])
  })

  it('is an archive of text and subtitles, with a list of all videos', async () => {
    const { send, id, url } = await setUpJob()

    const response = await send(`${url}?format=zip`, {})

    const files = await filesIn(response)
    expect(response.headers.get('content-type')).toBe('application/zip')
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${id}.zip"`)
    expect(Object.keys(files)).toEqual([
      '001 Speech of 1961 [aaaaaaaaaaa].en.txt',
      '001 Speech of 1961 [aaaaaaaaaaa].en.srt',
      '003 [ccccccccccc].fr.txt',
      '003 [ccccccccccc].fr.srt',
      'videos.jsonl',
    ])
    expect(files['001 Speech of 1961 [aaaaaaaaaaa].en.txt']).toBe('Ask not.\n')
    expect(linesOf(files['videos.jsonl']!).map(({ status }) => status)).toEqual(['completed', 'failed', 'completed'])
  })

  it('is an archive of the formats that are wanted, of chunks too', async () => {
    const { send, url } = await setUpJob()

    const notes = await filesIn(await send(`${url}?format=zip&files=md, vtt&view=sentences`, {}))
    const chunks = await filesIn(await send(`${url}?format=zip&chunk_seconds=60`, {}))

    expect(Object.keys(notes).filter((name) => name.startsWith('003'))).toEqual([
      '003 [ccccccccccc].fr.md',
      '003 [ccccccccccc].fr.vtt',
    ])
    expect(linesOf(chunks['003 [ccccccccccc].fr.jsonl']!)[0].page_content).toBe('♪ la ♪')
  })

  it.each([
    ['application/zip', 'application/zip'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['*/*', 'application/jsonl'],
  ])('comes in the form that Accept likes best: %s', async (accept, type) => {
    const { send, url } = await setUpJob()

    const { headers, body } = await send(url, { headers: { accept } })
    await body?.cancel()

    expect(headers.get('content-type')).toBe(type)
  })

  it('is 406 for who takes neither', async () => {
    const { request, url } = await setUpJob()

    const { status, json } = await request(url, { headers: { accept: 'text/vtt' } })

    expect({ status, code: json.code }).toEqual({ status: 406, code: 'not_acceptable' })
  })

  it('shows what there is while the job has not ended', async () => {
    const { request, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })

    const { text } = await request(`/job_status/${job.id}/transcripts`)

    expect(linesOf(text)).toMatchObject([{ video_id: 'aaaaaaaaaaa', status: 'pending', segments: null }])
  })

  it('is not sent again to who has it in the same form', async () => {
    const { request, url } = await setUpJob()
    const { headers } = await request(url)
    const condition = { 'if-none-match': headers.get('etag')! }

    const answers = await Promise.all(
      ['', '?view=sentences', '?start=1'].map((query) => request(url + query, { headers: condition })),
    )

    expect(answers.map(({ status }) => status)).toEqual([304, 200, 200])
  })

  it('answers HEAD like GET without the texts', async () => {
    const { request, url } = await setUpJob()

    const { status, headers } = await request(`${url}?format=zip`, { method: 'HEAD' })

    expect([status, headers.get('content-type')]).toEqual([200, 'application/zip'])
  })

  it.each([
    ['format=tar', 'format'],
    ['files=srt', 'files'],
    ['format=zip&files=pdf', 'files'],
    ['format=zip&files=', 'files'],
    ['format=zip&files=srt&chunk_seconds=60', 'format'],
    ['end=0', 'end'],
  ])('is refused, naming the parameter: %s', async (parameters, path) => {
    const { request, url } = await setUpJob()

    const { status, json } = await request(`${url}?${parameters}`)

    expect({ status, path: json.errors[0].path }).toEqual({ status: 422, path })
  })

  it.each(['', '?format=zip'])('of another owner is not found: %s', async (query) => {
    const { request, url } = await setUpJob()

    const { status, json } = await request(url + query, { key: 'key-of-bert' })

    expect({ status, code: json.code }).toEqual({ status: 404, code: 'job_not_found' })
  })

  it('breaks off when the storage fails on the way, and tells whoever runs it', async () => {
    const { send, url, storage, faults } = await setUpJob()
    const fault = new Error('The disk is on fire.')
    storage.listTranscripts = () => Promise.reject(fault)

    const bodies = await Promise.allSettled(
      [url, `${url}?format=zip`].map(async (path) => (await send(path, {})).arrayBuffer()),
    )

    expect(bodies.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(faults).toEqual([fault, fault])
  })
})

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the assertions say what they must be
const linesOf = (text: string): any[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

async function filesIn(response: Response): Promise<Record<string, string>> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(await response.arrayBuffer()))
  const files: Record<string, string> = {}
  for await (const entry of zip.eachEntry())
    files[entry.fileName] = await textOf(await zip.openReadStreamPromise(entry))
  return files
}
