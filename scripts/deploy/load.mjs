// Callers who submit and read as fast as they are answered, and remember everything they were told.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

const MOST_TRIES = 5
/** What a caller tries again after: nobody has decided anything about the request. */
const NO_ANSWER = new Set([502, 503, 504])

/**
 * @param {import('./two-servers.mjs').Site} site
 * @param {{ callers: number, keyed?: number }} options - `keyed`: so many of them give each submission a key, and ask
 *   again when they hear nothing. The others have no key, so that for them no answer is a failure.
 */
export function startLoad(site, { callers, keyed = 0 }) {
  const heard = { requests: 0, retried: 0, failures: [], jobs: new Set(), submissions: 0, slowestMs: 0 }
  let isStopping = false

  async function once(path, options) {
    const started = performance.now()
    const answer = await site.ask(path, options).catch((error) => ({ status: 0, text: error.message }))
    heard.requests += 1
    heard.slowestMs = Math.max(heard.slowestMs, performance.now() - started)
    return answer
  }

  async function ask(path, { retries, ...options }) {
    for (let tries = 1; ; tries++) {
      const answer = await once(path, options)
      const isUnheard = answer.status === 0 || NO_ANSWER.has(answer.status)
      if (!isUnheard) return answer
      if (!retries || tries === MOST_TRIES) {
        heard.failures.push(`${options.method ?? 'GET'} ${path}: ${answer.status || answer.text}`)
        return undefined
      }
      heard.retried += 1
      await pause(tries * 50)
    }
  }

  async function call(caller) {
    const retries = caller <= keyed
    for (let turn = 0; !isStopping; turn++) {
      const video = `bulk${String(caller * 10_000 + turn).padStart(7, '0')}`
      const headers = retries ? { 'Idempotency-Key': randomUUID() } : {}
      heard.submissions += 1
      const submitted = await ask('/transcribe', {
        method: 'POST',
        retries,
        headers,
        body: { urls: [`https://youtu.be/${video}`] },
      })
      if (submitted?.status !== 202) {
        if (submitted) heard.failures.push(`POST /transcribe: ${submitted.status} ${submitted.text.slice(0, 200)}`)
        continue
      }
      const { job_id: id } = submitted.json()
      heard.jobs.add(id)
      for (const path of [`/job_status/${id}`, '/jobs?limit=5']) {
        const answer = await ask(path, { retries })
        if (answer && answer.status !== 200) heard.failures.push(`GET ${path}: ${answer.status}`)
      }
    }
  }

  const calls = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller + 1)))
  return {
    heard,
    /** @returns {Promise<void>} after so many requests more. */
    async more(requests) {
      const enough = heard.requests + requests
      while (heard.requests < enough) await pause(10)
    },
    async stop() {
      isStopping = true
      await calls
      return heard
    },
  }
}

/** The ids of all jobs that are stored. */
export async function storedJobs(site) {
  const ids = []
  for (let cursor = ''; ;) {
    const answer = await site.ask(`/jobs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    const page = answer.json()
    ids.push(...page.jobs.map((job) => job.job_id))
    if (page.next_cursor === null) return ids
    cursor = page.next_cursor
  }
}
