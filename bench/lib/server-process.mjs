// A server in a process of its own, so that its memory and time are its own.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cpuMsOf, memoryMbOf } from './process-usage.mjs'

/** Our command, as somebody starts it. */
export const COMMAND = [fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url)), 'serve']

/** One of the servers of this folder. */
export const benchServer = (file) => [fileURLToPath(new URL(`../${file}`, import.meta.url))]

/** Starts a program of Node.js on a free port, and waits for its first answer. */
export async function startServer(args, { env = {}, key = 'bench-key' } = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const since = performance.now()
  const child = spawn(process.execPath, args, {
    // Where there is no `.env`.
    cwd: tmpdir(),
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = new Promise((resolve) => child.once('close', resolve))
  await firstAnswer(`${url}/jobs`, { child, key })

  return {
    url,
    /** From the start of the process to its first answer. */
    coldStartMs: performance.now() - since,
    /** Memory that only this process has, plus its share of what it shares, in MB. */
    memoryMb: () => memoryMbOf([child.pid]),
    /** Of this process, and of others that work for it. */
    cpuMs: (others = []) => cpuMsOf([child.pid, ...others]),
    /** @returns what it has printed. */
    async stop() {
      child.kill('SIGTERM')
      await ended
      return output
    },
  }
}

/** Runs `use` with a server, and stops it. */
export async function withServer(args, options, use) {
  const server = await startServer(args, options)
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

async function firstAnswer(url, { child, key }) {
  for (;;) {
    if (child.exitCode !== null) throw new Error('The server ended before its first answer.')
    const answer = await fetch(url, { headers: { 'x-api-key': key } }).catch(() => undefined)
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
