import { sqliteStorage } from '@ytscriptify/adapter-sqlite'
import { createTranscriptionService, decodeSegments } from '@ytscriptify/core'
import { eventually, fakeSource } from '@ytscriptify/core/testing'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const SLOW_WORKER = fileURLToPath(new URL('slow-worker.mjs', import.meta.url))

let folder: string
let workers: ChildProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ytscriptify-paused-'))
  workers = []
})

afterEach(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function startWorker(filename: string, ...options: readonly 'stopping'[]) {
  const child = spawn(process.execPath, [SLOW_WORKER, filename, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  workers.push(child)
  let said = ''
  child.stdout.on('data', (text) => (said += String(text)))
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(said)))
  return {
    child,
    ended,
    hears: (what: string) => eventually(() => said.includes(what), { what: `process ${child.pid} says "${what}"` }),
  }
}

it('refuses and counts the late result of a process that was stopped for longer than its lease', async () => {
  const filename = join(folder, 'transcriber.db')
  const service = createTranscriptionService({
    storage: sqliteStorage({ filename }),
    source: fakeSource({ id: 'slow' }),
  })
  const { job } = await service.submit({ urls: ['dQw4w9WgXcQ'] })
  const stopped = startWorker(filename, 'stopping')
  await stopped.hears('fetching')

  const other = startWorker(filename)
  await other.hears('completed')
  stopped.child.kill('SIGCONT')
  await stopped.hears('stale')

  const transcripts = []
  for await (const transcript of service.transcripts(job.id, { withData: true })) transcripts.push(transcript)
  for (const { child } of [stopped, other]) child.kill('SIGTERM')
  expect(transcripts).toMatchObject([{ status: 'completed', attempt: 2, crashes: 1 }])
  expect(decodeSegments(transcripts[0]?.data ?? '')[0]?.text).toBe(`By process ${other.child.pid}.`)
  expect(await stopped.ended).toContain('stale=1 completed=0')
  expect(await other.ended).toContain('stale=0 completed=1')
  await service.close()
})
