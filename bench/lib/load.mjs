// Load on a server, over a fixed number of connections that each have one request under way.
import { Pool } from 'undici'

/** Asks `count` times, over `connections`. @returns the rate, each request's time in milliseconds, and the bodies. */
export async function load(url, { count, connections, request }) {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const times = []
  const bodies = []
  let next = 0
  const since = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (next < count) {
        const index = next++
        const asked = performance.now()
        const { statusCode, body } = await pool.request(request(index))
        const text = await body.text()
        if (statusCode >= 300) throw new Error(`${statusCode}: ${text}`)
        times.push(performance.now() - asked)
        bodies[index] = text
      }
    }),
  )
  const rate = (count / (performance.now() - since)) * 1_000
  await pool.close()
  return { rate, times, bodies }
}

const HEADERS = { 'x-api-key': 'bench-key', 'content-type': 'application/json' }

let videos = 0
const nextVideo = () => `https://youtu.be/v${String(videos++).padStart(10, '0')}`

/** A submission of `urls` videos that nobody has asked for before. */
export const submission = (urls = 1, callbackUrl) => ({
  method: 'POST',
  path: '/transcribe',
  headers: HEADERS,
  body: JSON.stringify({
    urls: Array.from({ length: urls }, nextVideo),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
  }),
})

export const status = (id, query = '') => ({ method: 'GET', path: `/job_status/${id}${query}`, headers: HEADERS })

/** The newest 50. */
export const page = () => ({ method: 'GET', path: '/jobs?limit=50', headers: HEADERS })

/** Submits that many jobs. @returns their ids. */
export async function submitted(url, { jobs, videos, connections, callbackUrlOf = () => undefined }) {
  const request = (index) => submission(videos, callbackUrlOf(index))
  const { bodies } = await load(url, { count: jobs, connections, request })
  return bodies.map((body) => JSON.parse(body).job_id)
}

/** Waits for the end of all. @throws unless each has completed. */
export async function endedJobs(url, ids) {
  const headers = { ...HEADERS, prefer: 'wait=60' }
  const waits = ids.map(async (id) => {
    const job = await (await fetch(`${url}/job_status/${id}?include=none`, { headers })).json()
    if (job.status !== 'completed') throw new Error(`Job ${id} is ${job.status}.`)
  })
  await Promise.all(waits)
}

/** How much there is to do. */
export const statsOf = async (url) => (await fetch(`${url}/inspect/stats`, { headers: HEADERS })).json()
