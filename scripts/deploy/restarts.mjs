// Servers that stop and die while they are asked.
import { startLoad, storedJobs } from './load.mjs'

const CALLERS = 12
/** Requests between one event and the next. */
const BETWEEN = 250
const DEATHS = 6

/** Both servers are restarted, one after the other, and nobody notices. */
export async function restartOneByOne(site) {
  const before = new Set(await storedJobs(site))
  const load = startLoad(site, { callers: CALLERS })
  const problems = []
  for (const server of site.servers) {
    await load.more(BETWEEN)
    const { code } = await server.stop('SIGTERM')
    if (code !== 0) problems.push(`After SIGTERM a server ended with ${code}:\n${server.output()}`)
    await load.more(BETWEEN)
    await server.start()
  }
  await load.more(BETWEEN)
  const heard = await load.stop()
  const stored = (await storedJobs(site)).filter((id) => !before.has(id))
  return {
    problems: [...problems, ...shown(heard.failures), ...bookkeeping({ heard, stored })],
    notes: [
      `SIGTERM, twice: ${heard.requests} requests, ${heard.submissions} of them jobs without a key, ${heard.failures.length} failed; slowest ${heard.slowestMs.toFixed(0)} ms`,
    ],
  }
}

/** Servers are killed without warning: what was not answered is asked again, and makes no second job. */
export async function killAgainAndAgain(site) {
  const before = new Set(await storedJobs(site))
  const load = startLoad(site, { callers: CALLERS, keyed: CALLERS / 2 })
  for (let death = 0; death < DEATHS; death++) {
    const server = site.servers[death % site.servers.length]
    await load.more(BETWEEN)
    await server.stop('SIGKILL')
    await load.more(BETWEEN)
    await server.start()
  }
  const heard = await load.stop()
  const stored = (await storedJobs(site)).filter((id) => !before.has(id))
  return {
    problems: [...shown(heard.failures), ...bookkeeping({ heard, stored })],
    notes: [
      `SIGKILL, ${DEATHS} times: ${heard.requests} requests, ${heard.submissions} of them jobs, half with a key; ${heard.failures.length} failed; callers had to ask ${heard.retried} times again; slowest ${heard.slowestMs.toFixed(0)} ms`,
    ],
  }
}

/** Each submission made one job, and callers know it. */
function bookkeeping({ heard, stored }) {
  const unknown = stored.filter((id) => !heard.jobs.has(id)).length
  const lost = [...heard.jobs].filter((id) => !stored.includes(id)).length
  return [
    ...(unknown > 0
      ? [`${unknown} jobs are stored that nobody was told of: ${heard.submissions} were submitted.`]
      : []),
    ...(lost > 0 ? [`${lost} jobs were accepted and are not stored.`] : []),
    ...(heard.jobs.size > heard.submissions ? [`${heard.submissions} submissions made ${heard.jobs.size} jobs.`] : []),
  ]
}

const shown = (failures) =>
  failures.length > 5 ? [...failures.slice(0, 5), `… and ${failures.length - 5} more`] : failures
