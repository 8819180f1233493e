// What has to come through nginx unharmed: progress as it happens, addresses of callers, and logs that rotate.
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, run } from '../lib/run.mjs'
import { until } from './processes.mjs'
import { eventsOf, request } from './requests.mjs'

const VIDEOS = 40
/** Wrong keys of one address that a server lets through is 10 a minute; there are two servers. */
const MANY_WRONG_KEYS = 30

/** A job's progress arrives while the job runs, and ends with it. */
export async function progressArrives(site) {
  const urls = Array.from({ length: VIDEOS }, (_, index) => `bulk${String(9_000_000 + index)}`)
  const { job_id: id } = (await site.ask('/transcribe', { method: 'POST', body: { urls } })).json()
  const events = []
  const signal = AbortSignal.timeout(60_000)
  for await (const event of eventsOf({ port: site.port, path: `/job_status/${id}/events`, headers: site.key, signal }))
    events.push(event)
  const [first, last] = [events[0], events.at(-1)]
  const early = last.at - first.at
  return {
    problems: [
      ...(['pending', 'processing'].includes(first.data.status)
        ? []
        : ['The first event came when the job was over: something holds them back.']),
      ...(last.data.status === 'completed'
        ? []
        : [`The last event is not the end of the job: ${JSON.stringify(last.data)}`]),
      ...(early > 200 ? [] : [`All events came within ${early.toFixed(0)} ms: something holds them back.`]),
    ],
    notes: [`progress: ${events.length} events, the first ${early.toFixed(0)} ms before the end of the job`],
  }
}

/** Wrong keys are counted by the address of the caller, whatever the caller says of it. */
export async function addressesArrive(site) {
  const guess = (from, claimed) =>
    request({
      port: site.port,
      path: '/jobs',
      from,
      headers: { 'X-API-Key': 'a-wrong-key', ...(claimed && { 'X-Forwarded-For': claimed }) },
    })
  const statuses = []
  for (let index = 0; index < MANY_WRONG_KEYS; index++)
    statuses.push((await guess('127.0.0.2', `192.0.2.${index}`)).status)
  const allowed = statuses.filter((status) => status === 401).length
  const { status: neighbour } = await guess('127.0.0.3')
  const { status: right } = await request({ port: site.port, path: '/jobs', from: '127.0.0.2', headers: site.key })
  return {
    problems: [
      ...(statuses.at(-1) === 429
        ? []
        : [`After ${MANY_WRONG_KEYS} wrong keys from one address the answer is still ${statuses.at(-1)}.`]),
      ...(neighbour === 401
        ? []
        : [`Another address is answered ${neighbour} for its first wrong key: all callers look alike.`]),
      ...(right === 200 ? [] : [`A right key from the address of wrong ones is answered ${right}.`]),
    ],
    notes: [
      `addresses: ${allowed} wrong keys of ${MANY_WRONG_KEYS} from one address were let through, with a false X-Forwarded-For each`,
    ],
  }
}

/** logrotate renames the logs, and the servers go on in new ones. */
export async function logsRotate(site) {
  const folder = join(site.folder, 'rotation')
  const reload = join(folder, 'bin/systemctl')
  await mkdir(dirname(reload), { recursive: true })
  const pids = [...site.servers, site.worker].map((process) => process.pid())
  // In the place of systemd, which reloads a unit by this very signal (ExecReload).
  await writeFile(reload, `#!/bin/sh\necho "$@" > ${folder}/reloaded\nkill -HUP ${pids.join(' ')}\n`)
  await chmod(reload, 0o755)
  const snippet = await readFile(join(root, 'deploy/logrotate/ytscriptify'), 'utf8')
  const configuration = join(folder, 'logrotate.conf')
  const owner = await run(['stat', '--format=%U %G', site.folder])
  await writeFile(
    configuration,
    snippet
      .replaceAll('/var/log/ytscriptify/*.log', `${site.folder}/server-*.log`)
      .replaceAll('su ytscriptify ytscriptify', `su ${owner.output.trim()}`),
    { mode: 0o644 },
  )
  const env = { ...process.env, PATH: `${dirname(reload)}:${process.env.PATH}` }
  const command = ['logrotate', '--force', '--state', join(folder, 'state'), configuration]
  const { ok, output } = await run(command, { env })
  if (!ok) return { problems: [`logrotate: ${output}`], notes: [] }

  for (const { logFile } of site.servers) {
    await until(() => isThere(logFile), { what: `${logFile} is opened anew after SIGHUP` })
    await until(async () => (await site.ask('/jobs?limit=1')) && (await stat(logFile)).size > 0, {
      what: `${logFile} is written to again`,
    })
  }
  const survived = site.worker.isRunning()
  return {
    problems: survived ? [] : ['A worker without LOG_FILE was ended by the SIGHUP that is sent to all units.'],
    notes: [`logs: rotated by logrotate, opened anew by ${site.servers.length} servers`],
  }
}

const isThere = (path) =>
  stat(path).then(
    () => true,
    () => false,
  )
