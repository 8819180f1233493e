import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const FIXTURE = fileURLToPath(new URL('./fixtures/large-job.mjs', import.meta.url))
const MEBI = 1024 * 1024
const headers = { 'x-api-key': 'key-of-anna' }

// 143 MB of JSON. Whoever made it whole would need it twice over: as text and as bytes.
describe('a job of 50 videos with 30,000 segments each', () => {
  let directory: string
  let server: ChildProcess
  let url: string
  let job: { id: string; videoIds: readonly string[]; textBytes: number }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'large-job-'))
    const filename = join(directory, 'jobs.db')
    const filling = fork(FIXTURE, ['fill', filename], { execArgv: [] })
    const [[filled]] = await Promise.all([once(filling, 'message'), once(filling, 'exit')])
    job = filled
    server = fork(FIXTURE, ['serve', filename], { execArgv: [] })
    const [started] = await once(server, 'message')
    url = started.url
  }, 60_000)

  afterAll(async () => {
    if (server.connected) {
      server.send('stop')
      await once(server, 'exit')
    }
    await rm(directory, { recursive: true })
  })

  it('is fetched to the end with less than 150 MB of memory more', async () => {
    await get('/jobs')
    const before = await peakBytes(server)

    const { bytes, end } = await get(`/job_status/${job.id}`)

    expect(bytes).toBeGreaterThan(50 * job.textBytes)
    expect(end).toBe('}]}')
    expect((await peakBytes(server)) - before).toBeLessThan(150 * MEBI)
  }, 60_000)

  it('is fetched video by video, as subtitles, with less than 150 MB more', async () => {
    const before = await peakBytes(server)

    for (const videoId of job.videoIds.slice(0, 10)) {
      await get(`/job_status/${job.id}/transcripts/${videoId}?format=vtt`)
    }

    expect((await peakBytes(server)) - before).toBeLessThan(150 * MEBI)
  }, 60_000)

  it.each([
    ['as lines of JSON', '', 100],
    ['in chunks', '?chunk_tokens=400', 70],
    ['as an archive', '?format=zip&files=srt', 10],
  ])(
    'is fetched whole %s with less than 150 MB more, while others are answered',
    async (_form, query, leastMb) => {
      const before = await peakBytes(server)
      const whole = get(`/job_status/${job.id}/transcripts${query}`)
      let answered = 0
      let fetched = false
      void whole.finally(() => (fetched = true))
      while (!fetched) {
        await get('/jobs')
        answered += 1
      }

      const { bytes } = await whole

      expect(bytes).toBeGreaterThan(leastMb * 1_000_000)
      expect(answered).toBeGreaterThan(20)
      expect((await peakBytes(server)) - before).toBeLessThan(150 * MEBI)
    },
    120_000,
  )

  async function get(path: string): Promise<{ bytes: number; end: string }> {
    const response = await fetch(url + path, { headers })
    expect(response.status).toBe(200)
    let bytes = 0
    let last = Buffer.alloc(0)
    for await (const chunk of response.body! as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      last = Buffer.concat([last, chunk]).subarray(-3)
    }
    return { bytes, end: last.toString() }
  }
})

async function peakBytes(server: ChildProcess): Promise<number> {
  server.send('memory')
  const [{ peakBytes: bytes }] = await once(server, 'message')
  return bytes
}
