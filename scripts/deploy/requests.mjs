// Requests as callers make them, over connections that are kept.
import { Agent, request as send } from 'node:http'

const TIMEOUT_MS = 20_000
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/**
 * @param {object} options
 * @param {number} options.port
 * @param {string} options.path
 * @param {string} [options.method]
 * @param {Record<string, string>} [options.headers]
 * @param {unknown} [options.body] - Sent as JSON.
 * @param {string} [options.from] - The address on loopback that it comes from, which a proxy sees.
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, text: string, json: () => any }>}
 */
export function request({ port, path, method = 'GET', headers = {}, body, from }) {
  return new Promise((resolve, reject) => {
    const outgoing = send({
      ...{ host: '127.0.0.1', port, path, method },
      // A connection belongs to the address that it was opened from.
      agent: from === undefined ? agent : false,
      ...(from !== undefined && { localAddress: from }),
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk) => (text += chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode, headers: incoming.headers, text, json: () => JSON.parse(text) }),
      )
    })
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Reads server-sent events, each with the time at which it came. */
export async function* eventsOf({ port, path, headers, signal }) {
  const incoming = await new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, path, headers, signal })
    outgoing.on('error', reject).on('response', resolve).end()
  })
  if (incoming.statusCode !== 200) throw new Error(`The event stream answered with ${incoming.statusCode}.`)
  let rest = ''
  for await (const chunk of incoming.setEncoding('utf8')) {
    const events = (rest + chunk).split(/\r?\n\r?\n/)
    rest = events.pop()
    for (const event of events) {
      const data = /^data: ?(.*)$/m.exec(event)?.[1]
      if (data !== undefined) yield { data: JSON.parse(data), at: performance.now() }
    }
  }
}

export const closeConnections = () => agent.destroy()
