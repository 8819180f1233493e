// kill -9 at every step of submit → end → callback: after the next start nothing is lost, and the callback comes with
// one webhook-id.
import { describe, it as base } from 'vitest'
import { isSigned, startReceiver, startServer, type StartedServer } from './support/server.ts'
import { bulkIds, openWorkplace, type Workplace } from './support/workplace.ts'

/** Most of their time these tests wait, so they wait together. */
const it = base.extend<{ place: Workplace }>({
  place: async ({ task: _task }, use) => {
    const place = await openWorkplace({ latencyMs: 20 })
    await use(place)
    await place.close()
  },
})

/** What a killed server held is taken over after this. */
const LEASE = ['--lease', '1s']

async function kill(server: StartedServer): Promise<void> {
  await server.stop('SIGKILL')
}

describe.concurrent('a server that is killed', () => {
  it('the moment a job got its 202 has the job after the next start', async ({ place, expect }) => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const first = await startServer(place, { args: LEASE, env })
    const jobId = await first.submit(['gettysburg1'], receiver.url)
    await kill(first)

    const second = await startServer(place, { args: LEASE, env })
    const job = await second.ended(jobId)
    const [callback] = await receiver.count(1)
    await second.stop()
    await receiver.close()

    expect(job.status).toBe('completed')
    expect(isSigned(callback!)).toBe(true)
  })

  it('in the middle of a job goes on where it was: each video ends once, and there is one callback', async ({
    place,
    expect,
  }) => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const stopHanging = place.youtube.behave({ how: 'hang', videoId: 'bulk0000020' })
    const first = await startServer(place, { args: LEASE, env })
    const jobId = await first.submit(bulkIds(20), receiver.url)
    await first.command.until('stderr', /(transcript\.completed[^]*){5}/)
    await kill(first)
    stopHanging()

    const second = await startServer(place, { args: LEASE, env })
    const job = await second.ended(jobId)
    await receiver.count(1)
    await second.command.until('stderr', /delivery\.succeeded/)
    await second.stop()
    await receiver.close()

    expect(job.counts).toEqual({ total: 20, completed: 20, failed: 0, cancelled: 0 })
    expect(job.results.map(({ video_id }: { video_id: string }) => video_id)).toEqual(bulkIds(20))
    expect(receiver.received).toHaveLength(1)
  })

  it('between the end of a job and its callback sends it after the next start', async ({ place, expect }) => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    // It serves; the videos are worked on by a process that sends no callbacks.
    const first = await startServer(place, { args: ['--no-worker'], env })
    const jobId = await first.submit(['gettysburg1'], receiver.url)
    await place.run(['transcribe', '--resume', jobId])
    const job = await first.ended(jobId)
    await kill(first)
    const before = receiver.received.length

    const second = await startServer(place, { args: LEASE, env })
    const [callback] = await receiver.count(1)
    await second.stop()
    await receiver.close()

    expect(job.status).toBe('completed')
    expect(before).toBe(0)
    expect(JSON.parse(callback!.body).data.job_id).toBe(jobId)
  })

  it('while the receiver reads its callback sends the same one again, byte for byte', async ({ place, expect }) => {
    // The first one hangs, the second is taken.
    const receiver = await startReceiver((response, number) => {
      if (number > 1) response.writeHead(204).end()
    })
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const first = await startServer(place, { args: LEASE, env })
    const jobId = await first.submit(['gettysburg1'], receiver.url)
    await receiver.count(1)
    await kill(first)

    const second = await startServer(place, { args: LEASE, env })
    const [lost, taken] = await receiver.count(2)
    await second.command.until('stderr', /delivery\.succeeded/)
    const { stdout } = await place.run(['deliveries', jobId, '--json'])
    await second.stop()
    await receiver.close()

    expect(taken!.id).toBe(lost!.id)
    expect(taken!.body).toBe(lost!.body)
    expect(isSigned(taken!)).toBe(true)
    expect(JSON.parse(stdout).deliveries).toMatchObject([{ delivery_id: taken!.id, status: 'delivered' }])
  })

  it('while a receiver is away keeps to the schedule after the next start', async ({ place, expect }) => {
    const receiver = await startReceiver((response, number) => response.writeHead(number > 1 ? 204 : 503).end())
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const first = await startServer(place, { args: LEASE, env })
    const jobId = await first.submit(['gettysburg1'], receiver.url)
    await first.command.until('stderr', /delivery\.retrying/)
    await kill(first)

    const second = await startServer(place, { args: LEASE, env })
    const [refused, taken] = await receiver.count(2)
    await second.stop()
    await receiver.close()

    expect(taken!.id).toBe(refused!.id)
    expect(JSON.parse(taken!.body).data.job_id).toBe(jobId)
  })

  it('five times in a row still loses no job and repeats no result', { timeout: 90_000 }, async ({ place, expect }) => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const jobIds: string[] = []
    for (let round = 0; round < 5; round += 1) {
      const server = await startServer(place, { args: LEASE, env })
      for (let n = 0; n < 4; n += 1) jobIds.push(await server.submit(bulkIds(3, 1 + jobIds.length * 3), receiver.url))
      await server.command.until('stderr', /transcript\.completed/)
      await kill(server)
    }

    const last = await startServer(place, { args: LEASE, env })
    const jobs = await Promise.all(jobIds.map((id) => last.ended(id)))
    await receiver.count(20)
    await last.stop()
    await receiver.close()

    expect(jobs.map(({ status, counts }) => [status, counts.completed])).toEqual(jobIds.map(() => ['completed', 3]))
    const called = receiver.received.map(({ body }) => String(JSON.parse(body).data.job_id))
    expect(new Set(called)).toEqual(new Set(jobIds))
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(20)
  })
})
