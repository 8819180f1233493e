// The server as somebody meets it who starts it, asks it, and stops it. Real processes on free ports of loopback.
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { createServer, connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it as base } from 'vitest'
import { API_KEY, isSigned, SECRET_KEY, startReceiver, startServer } from './support/server.ts'
import { bulkIds, openWorkplace, type Workplace } from './support/workplace.ts'

/** Most of their time these tests wait, so they wait together. */
const it = base.extend<{ place: Workplace }>({
  place: async ({ task: _task }, use) => {
    const place = await openWorkplace()
    await use(place)
    await place.close()
  },
})

describe.concurrent('a server that nobody has configured', () => {
  it('listens on loopback, says how to ask it, and makes keys that it never prints', async ({ place, expect }) => {
    const server = await startServer(place, { env: { API_KEY: '', SECRET_KEY: '' } })
    const keys = JSON.parse((await place.run(['keys', 'show', '--json'])).stdout)
    const key: string = keys.api_keys.default

    const right = await server.ask('/jobs', { key })
    const none = await fetch(`${server.url}/jobs`)
    const wrong = await server.ask('/jobs', { key: 'wrong' })
    const code = await server.stop()
    const { stdout, stderr } = await server.command.ended

    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(stdout).toContain('$(ytscriptify keys show API_KEY)')
    expect(stdout).toContain('kept in transcriber.db.keys')
    expect([right.status, none.status, wrong.status]).toEqual([200, 401, 401])
    for (const secret of [key, ...keys.secret_keys]) expect(stdout + stderr).not.toContain(secret)
    expect(code).toBe(0)
  })

  it('agrees on its keys with another that is started at the same moment on the same file', async ({
    place,
    expect,
  }) => {
    const env = { API_KEY: '', SECRET_KEY: '' }
    const [left, right] = await Promise.all([startServer(place, { env }), startServer(place, { env })])
    const key = (await place.run(['keys', 'show', 'API_KEY'])).stdout.trim()

    const { body: job } = await left.ask('/transcribe', { method: 'POST', body: { urls: ['gettysburg1'] }, key })
    const seen = await right.ask(`/job_status/${job.job_id}`, { key })

    expect(seen.status).toBe(200)
    expect(await Promise.all([left.stop(), right.stop()])).toEqual([0, 0])
  })
})

describe.concurrent('a server', () => {
  it('takes a job, works on it, and calls back with a signature', async ({ place, expect }) => {
    const receiver = await startReceiver()
    const server = await startServer(place, { env: { WEBHOOK_ALLOWED_HOSTS: receiver.host } })

    const jobId = await server.submit(['gettysburg1', 'private_vid'], receiver.url)
    const job = await server.ended(jobId)
    const [callback] = await receiver.count(1)
    const log = (await place.run(['deliveries', jobId])).stdout
    await server.stop()
    await receiver.close()

    expect(job).toMatchObject({ status: 'completed', counts: { total: 2, completed: 1, failed: 1 } })
    expect(isSigned(callback!)).toBe(true)
    expect(isSigned(callback!, API_KEY)).toBe(false)
    expect(JSON.parse(callback!.body)).toMatchObject({ type: 'job.completed', data: { job_id: jobId } })
    expect(log).toContain(`job.completed to http://${receiver.host}: delivered`)
  })

  it('keeps a callback that was given up: it is shown, and replayed under its own id', async ({ place, expect }) => {
    // 410 asks for no further attempt.
    const receiver = await startReceiver((response, number) => response.writeHead(number > 1 ? 204 : 410).end())
    const server = await startServer(place, { env: { WEBHOOK_ALLOWED_HOSTS: receiver.host } })
    const jobId = await server.submit(['gettysburg1'], receiver.url)
    await server.command.until('stderr', /delivery\.failed/)
    const [refused] = await receiver.count(1)

    const before = await place.run(['deliveries', jobId])
    const unknown = await place.run(['replay', jobId, 'msg_unknown'])
    const replayed = await place.run(['replay', jobId, refused!.id])
    const [, taken] = await receiver.count(2)
    await server.command.until('stderr', /delivery\.succeeded/)
    const { deliveries } = JSON.parse((await place.run(['deliveries', jobId, '--json'])).stdout)
    await server.stop()
    await receiver.close()

    expect(before.stdout).toMatch(new RegExp(`^${refused!.id}  job.completed to http://${receiver.host}: failed$`, 'm'))
    expect(before.stdout).toMatch(/^1 +\S+ \S+ +410 +\S/m)
    expect(replayed.stderr).toContain('It is due now')
    expect(taken!.id).toBe(refused!.id)
    expect(deliveries).toMatchObject([
      { delivery_id: refused!.id, status: 'delivered', attempts: [{ status: 410 }, { status: 204, error: null }] },
    ])
    expect([before.code, replayed.code, unknown.code]).toEqual([0, 0, 2])
    expect(JSON.stringify(deliveries) + before.stdout).not.toContain('callback-token')
  })

  it('retries a job with a callback from the command line, though that sends none itself', async ({
    place,
    expect,
  }) => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const server = await startServer(place, { env })
    const failed = await server.submit(['private_vid'], receiver.url)
    await server.ended(failed)

    const again = (await place.run(['retry', failed], { env })).stdout.trim()
    const job = await server.ended(again)
    const callbacks = await receiver.count(2)
    await server.stop()
    await receiver.close()

    expect(job).toMatchObject({ status: 'failed', retry_of: failed })
    expect(callbacks.map(({ body }) => JSON.parse(body).data.job_id)).toEqual([failed, again])
  })

  it('may leave the work to a worker beside it, which signs with the same secret', async ({ place, expect }) => {
    const receiver = await startReceiver()
    const env = { WEBHOOK_ALLOWED_HOSTS: receiver.host }
    const server = await startServer(place, { args: ['--no-worker'], env })
    const jobId = await server.submit(['gettysburg1'], receiver.url)
    const before = await server.ask(`/job_status/${jobId}?include=none`)

    const worker = place.start(['worker'], { env: { ...env, SECRET_KEY } })
    const job = await server.ended(jobId)
    const [callback] = await receiver.count(1)
    worker.child.kill('SIGTERM')

    expect(before.body.status).toBe('pending')
    expect(job.status).toBe('completed')
    expect(isSigned(callback!)).toBe(true)
    expect([(await worker.ended).code, await server.stop()]).toEqual([0, 0])
    expect((await server.command.ended).stderr).not.toContain('transcript.completed')
    await receiver.close()
  })

  it('shares a file with another: what one takes the other shows, and every video is done once', async ({
    place,
    expect,
  }) => {
    const [left, right] = await Promise.all([startServer(place), startServer(place)])

    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? left : right).submit(bulkIds(5, 1 + index * 5).map((id) => `https://youtu.be/${id}`)),
      ),
    )
    const jobs = await Promise.all(ids.map((id, index) => (index % 2 ? right : left).ended(id)))
    expect(await Promise.all([left.stop(), right.stop()])).toEqual([0, 0])
    const logs = (await left.command.ended).stderr + (await right.command.ended).stderr

    expect(jobs.map(({ status, counts }) => [status, counts.completed])).toEqual(ids.map(() => ['completed', 5]))
    expect(logs.match(/ transcript\.completed /g)).toHaveLength(50)
  })

  it('names a port that is taken, and the setting that changes it', async ({ place, expect }) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo

    const { code, stderr } = await place.run(['serve'], { env: { PORT: String(port) } })
    taken.close()

    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is in use`)
    expect(stderr).toContain('hint: PORT or --port names another port')
    expect(code).toBe(2)
  })

  it('outlives whatever is thrown at its port', async ({ place, expect }) => {
    const server = await startServer(place)
    const { port } = new URL(server.url)
    const GARBAGE = [
      '\0\xff\xfe garbage\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`,
      'POST /transcribe HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    ]

    for (const garbage of GARBAGE) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => undefined) // It may be cut off while it still writes.
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.end(garbage, 'latin1')
      socket.resume()
      await closed
    }

    expect((await server.ask('/livez')).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })

  it('writes why when something breaks that nobody caught, and ends with 1', async ({ place, expect }) => {
    const fault = 'process.on("SIGUSR2", () => { Promise.reject(new Error("broken on purpose")) })'
    const server = await startServer(place, {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}` },
    })

    server.command.child.kill('SIGUSR2')
    const { code, stderr } = await server.command.ended

    expect(stderr).toMatch(/ error process\.crashed message=.*broken on purpose/)
    expect(code).toBe(1)
  })
})

describe.concurrent('a server that is told to stop', () => {
  it('answers the request in hand, finishes its videos, ends streams, and ends with 0', async ({ expect }) => {
    // Slow enough to be told to stop in the middle of a video.
    const place = await openWorkplace({ latencyMs: 1_000 })
    const server = await startServer(place)
    const jobId = await server.submit(['gettysburg1'])
    await server.command.until('stderr', /job\.processing/)
    const events = await fetch(`${server.url}/job_status/${jobId}/events`, { headers: { 'X-API-Key': API_KEY } })
    const body = JSON.stringify({ urls: ['aintiawoman'] })
    const half = connect(Number(new URL(server.url).port), '127.0.0.1')
    half.write(
      `POST /transcribe HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${API_KEY}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
    // Until the answer to a later request is there, the server has read the half of this one.
    await server.ask('/livez')

    server.command.child.kill('SIGTERM')
    await server.command.until('stderr', /server\.stopping/)
    await events.text()
    half.write(body.slice(10))
    const [answer] = (await once(half, 'data')) as [Buffer]
    const { code } = await server.command.ended
    const { stdout } = await place.run(['status', jobId, '--json'])
    await place.close()

    expect(String(answer)).toMatch(/^HTTP\/1\.1 202 /)
    expect(JSON.parse(stdout).status).toBe('completed')
    expect(code).toBe(0)
  })

  it('gives back what takes longer than DRAIN_TIMEOUT', async ({ place, expect }) => {
    const stopHanging = place.youtube.behave({ how: 'hang' })
    const server = await startServer(place, { env: { DRAIN_TIMEOUT: '0.2' } })
    const jobId = await server.submit(['gettysburg1'])
    await server.command.until('stderr', /job\.processing/)

    const code = await server.stop()
    stopHanging()
    const again = await startServer(place)
    const job = await again.ended(jobId)
    await again.stop()

    expect(code).toBe(0)
    expect(job.status).toBe('completed')
  })

  it('ends at once when it is told twice', async ({ place, expect }) => {
    place.youtube.behave({ how: 'hang' })
    const server = await startServer(place)
    await server.submit(['gettysburg1'])
    await server.command.until('stderr', /job\.processing/)

    server.command.child.kill('SIGTERM')
    await server.command.until('stderr', /worker\.stopping/)

    expect(await server.stop('SIGINT')).toBe(130)
  })
})

describe.concurrent('what a server writes', () => {
  it('has the ids of requests, jobs and deliveries, and no secret, at the highest level', async ({ place, expect }) => {
    const receiver = await startReceiver()
    const env = {
      WEBHOOK_ALLOWED_HOSTS: receiver.host,
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      API_KEYS: 'alice=key-of-alice',
    }
    const server = await startServer(place, { env })
    const jobId = await server.submit(['gettysburg1'], receiver.url)
    await server.ended(jobId)
    await receiver.count(1)
    await server.command.until('stderr', /delivery\.succeeded/)
    await server.ask('/jobs?api_key=key-in-a-query', { key: 'key-of-alice' })
    await server.ask('/livez')
    await server.ask('/jobs', { key: 'a-wrong-key' })
    await server.stop()
    await receiver.close()

    const { stdout, stderr } = await server.command.ended
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const requests = lines.filter(({ event }) => event === 'request')

    for (const secret of [API_KEY, SECRET_KEY, 'key-of-alice', 'key-in-a-query', 'a-wrong-key', 'callback-token'])
      expect(stdout + stderr).not.toContain(secret)
    expect(requests).toContainEqual(
      expect.objectContaining({ method: 'POST', route: '/transcribe', status: 202, owner: 'default', level: 'info' }),
    )
    expect(requests).toContainEqual(expect.objectContaining({ route: '/livez', level: 'debug' }))
    expect(requests.every(({ request_id: id, ms }) => typeof id === 'string' && typeof ms === 'number')).toBe(true)
    expect(lines).toContainEqual(expect.objectContaining({ event: 'job.completed', job: jobId }))
    expect(lines).toContainEqual(
      expect.objectContaining({
        event: 'delivery.succeeded',
        job: jobId,
        delivery: receiver.received[0]!.id,
        status: 204,
      }),
    )
  })

  it('goes to LOG_FILE, and to a new one after SIGHUP', async ({ place, expect }) => {
    const file = join(place.folder, 'server.log')
    const server = await startServer(place, { env: { LOG_FILE: 'server.log', LOG_FORMAT: 'auto' } })
    await server.ask('/jobs')
    renameSync(file, `${file}.1`)

    server.command.child.kill('SIGHUP')
    // A signal takes a moment; every request that comes after it is in the new file.
    while (!existsSync(file)) await server.ask('/livez')
    await server.ask('/jobs')
    await server.stop()
    const { stderr } = await server.command.ended

    const events = (path: string) =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events(`${file}.1`)).toEqual(['server.started', 'request'])
    expect(events(file).slice(0, 2)).toEqual(['request', 'server.stopping'])
    expect(stderr).toBe('')
  })

  it('is no reason to stop when LOG_FILE is on a full disk, which is said on stderr', async ({ place, expect }) => {
    const server = await startServer(place, { env: { LOG_FILE: '/dev/full' } })

    const { status } = await server.ask('/jobs')
    const code = await server.stop()

    expect(status).toBe(200)
    expect((await server.command.ended).stderr).toContain('lines are dropped: ENOSPC')
    expect(code).toBe(0)
  })

  it('needs a LOG_FILE that can be opened', async ({ place, expect }) => {
    const { code, stderr } = await place.run(['serve', '--port', '0'], { env: { LOG_FILE: 'nowhere/server.log' } })

    expect(stderr).toMatch(/error: The log file \S+nowhere\/server\.log cannot be written: ENOENT/)
    expect(code).toBe(2)
  })
})
