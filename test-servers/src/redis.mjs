// A private Redis: an installed one, or the one of Debian, unpacked where it disturbs nobody.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onFreePort } from './free-port.mjs'
import { redisProgram } from './redis-program.mjs'
import { supervised } from './supervised.mjs'

/**
 * @typedef {object} PrivateRedis
 * @property {string} url
 * @property {number} port
 * @property {number} pid - Of the server now.
 * @property {() => Promise<void>} pause - Kills it with all that it has, until `resume`.
 * @property {() => Promise<void>} resume - On the same port, and empty.
 * @property {() => Promise<void>} stop - For good. Calling it twice is fine.
 */

/**
 * @param {{ args?: readonly string[] }} [options] - Further arguments: `['--maxmemory-policy', 'allkeys-lru']`.
 * @returns {Promise<PrivateRedis>}
 */
export async function startRedis({ args = [] } = {}) {
  const program = await redisProgram()
  return onFreePort(async (port) => {
    const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-redis-'))
    const server = await supervised({
      ...program,
      args: ['--port', String(port), '--dir', folder, ...SETTINGS, ...args],
      folder,
      readyText: 'Ready to accept connections',
      endSignal: 'SIGKILL',
    })
    return {
      url: `redis://127.0.0.1:${port}`,
      port,
      get pid() {
        return server.pid()
      },
      pause: () => server.stop(),
      resume: server.start,
      stop: server.end,
    }
  })
}

/** Nothing is kept: what survives a restart is not what hints are for. */
const SETTINGS = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction']
