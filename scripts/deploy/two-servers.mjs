// Two servers and a worker on one SQLite file behind nginx, as deploy/ describes them.
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stageNginx, startNginx } from './nginx.mjs'
import { freePort, startProgram, until } from './processes.mjs'
import { closeConnections, request } from './requests.mjs'

/**
 * @typedef {object} Site
 * @property {string} folder
 * @property {number} port - nginx's.
 * @property {Server[]} servers
 * @property {{ pid: () => number, isRunning: () => boolean }} worker
 * @property {() => Promise<void>} startAll
 * @property {() => Promise<unknown>} stopAll
 * @property {(path: string, options?: object) => ReturnType<typeof request>} ask - Through nginx, with the key.
 * @property {Record<string, string>} key - The header with the key.
 *
 * @typedef {object} Server
 * @property {number} port
 * @property {() => number} pid
 * @property {string} logFile
 * @property {() => string} output
 * @property {(signal: NodeJS.Signals) => Promise<{ code: number | NodeJS.Signals }>} stop
 * @property {() => Promise<void>} start
 */

/**
 * Starts everything, hands it to `use`, and ends everything.
 *
 * @template T
 * @param {{ main: string, folder: string, youtubeUrl: string }} options - `main`: the program, as it was built for the image.
 * @param {(site: Site) => Promise<T>} use
 */
export async function withTwoServers({ main, folder, youtubeUrl }, use) {
  await mkdir(folder, { recursive: true })
  const [port, ...ports] = [await freePort(), await freePort(), await freePort()]
  const apiKey = randomBytes(24).toString('base64url')
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    DATABASE_URL: `sqlite:///${join(folder, 'transcriber.db')}`,
    API_KEY: apiKey,
    SECRET_KEY: randomBytes(32).toString('base64'),
    REQUEST_LIMIT: 'off',
    READ_LIMIT: 'off',
    TRUST_PROXY: 'loopback',
    YOUTUBE_BASE_URL: youtubeUrl,
    YOUTUBE_PAUSE: '0',
  }
  const { configuration, problems } = await stageNginx({ folder, port, servers: ports })
  if (problems.length > 0) throw new Error(problems.join('\n'))

  const servers = ports.map((serverPort) => createServer({ main, port: serverPort, folder, env }))
  const worker = createWorker({ main, folder, env })
  const processes = [...servers, worker]
  const startAll = async () => {
    for (const process of processes) await process.start()
  }
  const stopAll = () => Promise.all(processes.map((process) => process.stop('SIGTERM')))
  let nginx
  try {
    await startAll()
    nginx = await startNginx({ folder, configuration, port })
    const key = { 'X-API-Key': apiKey }
    const ask = (path, { headers, ...options } = {}) =>
      request({ port, path, ...options, headers: { ...key, ...headers } })
    return await use({ folder, port, servers, worker, startAll, stopAll, ask, key })
  } finally {
    closeConnections()
    await nginx?.stop('SIGTERM')
    await Promise.all(processes.map((process) => process.stop('SIGKILL')))
  }
}

/** Its log goes to stderr: a worker without LOG_FILE. */
function createWorker({ main, folder, env }) {
  let program
  return {
    pid: () => program.pid,
    isRunning: () => program.isRunning(),
    stop: async (signal) => program?.stop(signal),
    async start() {
      program = startProgram([process.execPath, main, 'worker', '--name', 'worker1@%h'], { cwd: folder, env })
      await until(() => program.output().includes('worker.started'), { what: 'the worker works', of: program })
    },
  }
}

function createServer({ main, port, folder, env }) {
  const logFile = join(folder, `server-${port}.log`)
  let program
  return {
    port,
    pid: () => program.pid,
    logFile,
    output: () => program.output(),
    stop: async (signal) => program?.stop(signal),
    async start() {
      const command = [process.execPath, main, 'serve', '--no-worker', '--port', String(port)]
      program = startProgram(command, { cwd: folder, env: { ...env, LOG_FILE: logFile } })
      const isReady = () =>
        request({ port, path: '/readyz' }).then(
          ({ status }) => status === 200,
          () => false,
        )
      await until(isReady, { what: `the server on port ${port} is ready`, of: program })
    },
  }
}
