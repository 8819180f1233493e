// A server that does what it is asked and dies before it has said so: the case in which asking again could do it twice.
import { mkdir } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { storedJobs } from './load.mjs'
import { stageNginx, startNginx } from './nginx.mjs'
import { freePort } from './processes.mjs'
import { request } from './requests.mjs'

const SUBMISSIONS = 10

/** nginx asks the other server, and the job that was made already is the answer: also for callers without a key. */
export async function answersGetLost(site) {
  const before = new Set(await storedJobs(site))
  const relay = await startLosingRelay(site.servers[0].port)
  const folder = join(site.folder, 'lost')
  await mkdir(folder)
  const port = await freePort()
  const { configuration } = await stageNginx({ folder, port, servers: [relay.port, site.servers[1].port] })
  const nginx = await startNginx({ folder, configuration, port })
  try {
    const answers = []
    for (let index = 0; index < SUBMISSIONS; index++) {
      const body = { urls: [`bulk${String(8_000_000 + index)}`] }
      answers.push(await request({ port, path: '/transcribe', method: 'POST', headers: site.key, body }))
    }
    const refused = answers.filter(({ status }) => status !== 202)
    const stored = (await storedJobs(site)).filter((id) => !before.has(id))
    return {
      problems: [
        ...refused.map(
          ({ status, text }) => `A submission whose first answer was lost was answered ${status}: ${text}`,
        ),
        ...(relay.lost() > 0 ? [] : ['No answer was lost: nothing was tried.']),
        ...(stored.length === SUBMISSIONS ? [] : [`${SUBMISSIONS} submissions made ${stored.length} jobs.`]),
      ],
      notes: [`lost answers: ${relay.lost()} of ${SUBMISSIONS} submissions without a key, ${stored.length} jobs`],
    }
  } finally {
    await nginx.stop('SIGTERM')
    await relay.close()
  }
}

/** Passes everything on to a server and cuts the connection where the answer to a submission comes back. */
function startLosingRelay(serverPort) {
  let lost = 0
  const sockets = new Set()
  const relay = createServer((caller) => {
    const server = connect(serverPort, '127.0.0.1')
    let isSubmission = false
    for (const socket of [caller, server]) {
      sockets.add(socket)
      // Either end may cut; the other one goes with it.
      socket.on('error', () => socket.destroy())
      socket.on('close', () => [caller, server].forEach((end) => end.destroy()))
    }
    caller.on('data', (chunk) => {
      isSubmission ||= chunk.toString('latin1').startsWith('POST /transcribe ')
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (!isSubmission) return caller.write(chunk)
      lost += 1
      return caller.destroy()
    })
  })
  return new Promise((resolve, reject) => {
    relay.on('error', reject)
    relay.listen(0, '127.0.0.1', () =>
      resolve({
        port: relay.address().port,
        lost: () => lost,
        close() {
          for (const socket of sockets) socket.destroy()
          return new Promise((closed) => relay.close(closed))
        },
      }),
    )
  })
}
