// A server in a process of its own, so that its memory and time are its own.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const CLOCK_TICKS = 100

/** Starts `bench/<file>` on a free port and waits for its first answer. */
export async function startServer(file, env = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const since = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../${file}`, import.meta.url))], {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = new Promise((resolve) => child.once('close', resolve))
  await firstAnswer(`${url}/jobs`, child)

  return {
    url,
    /** From the start of the process to its first answer. */
    coldStartMs: performance.now() - since,
    /** Memory that only this process has, plus its share of what it shares, in MB. */
    memoryMb: () => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8'))[1]) / 1_024,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      return ((Number(fields[11]) + Number(fields[12])) * 1_000) / CLOCK_TICKS
    },
    /** @returns what it has printed. */
    async stop() {
      child.kill('SIGTERM')
      await ended
      return output
    },
  }
}

async function firstAnswer(url, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error('The server ended before its first answer.')
    const answer = await fetch(url, { headers: { 'x-api-key': 'bench-key' } }).catch(() => undefined)
    if (answer?.ok) return
    await delay(2)
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
