// The tour: serve, submit, follow, kill, go on, read, be called back. Offline, with a stand-in for YouTube on loopback.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiAt } from './api.mjs'
import { commandIn } from './command.mjs'
import { startReceiver } from './receiver.mjs'
import { bold, dim, failed, green, printable, red, say, showTranscript, showVideo, title } from './say.mjs'

const VIDEOS = [
  'https://www.youtube.com/watch?v=gettysburg1',
  'https://youtu.be/aintiawoman',
  'https://www.youtube.com/shorts/liberty1775',
  'https://www.youtube.com/watch?v=fdr1933fear&t=42s',
  'https://www.youtube.com/watch?v=private_vid',
  'https://m.youtube.com/watch?v=loreley_de1',
  'https://www.youtube.com/embed/droits_1789',
  'https://www.youtube.com/live/quijote_es1',
  'https://music.youtube.com/watch?v=lusiadas_br',
  'https://www.youtube.com/watch?v=basho_ja_01',
]
/** Videos done before the plug is pulled. */
const DONE_BEFORE_KILL = 3

/** @returns {Promise<number>} the exit code. */
export async function tour() {
  const { startStandInYouTube } = await import(
    new URL('../../packages/source-youtube/dist/testing.js', import.meta.url)
  )
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-demo-'))
  const youtube = await startStandInYouTube({ latencyMs: 200 })
  const receiver = await startReceiver(commandIn(folder).output(['keys', 'show', 'SECRET_KEY']))
  const settings = {
    YOUTUBE_BASE_URL: youtube.url,
    WEBHOOK_ALLOWED_HOSTS: receiver.host,
    LOG_FILE: 'server.log',
  }
  const command = commandIn(folder, settings)
  let server
  // The server hears of it too, and ends by itself.
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  try {
    say(`\n${bold('YTScriptify')}: YouTube URLs in, stored transcripts out.`)
    say(
      `YouTube is a stand-in here: ${youtube.url} plays it, with speeches in the public domain. No internet is needed.`,
    )

    title('A server', 'ytscriptify serve')
    server = await startServer(command, '0')
    say(`  listens on ${server.url}; nobody gave it keys or a database, so it has made them`)
    const api = apiAt(server.url, await command.output(['keys', 'show', 'API_KEY']))

    title('Ten videos, one of them private, with a callback', 'curl -X POST -d @videos.json …/transcribe')
    const job = await api.post('/transcribe', { urls: VIDEOS, callback_url: receiver.url })
    say(`  202  job ${job.job_id}`)

    title('Its progress, as server-sent events', `curl …/job_status/${job.job_id}/events`)
    const before = await follow(api, job.job_id, { until: DONE_BEFORE_KILL })
    server.child.kill('SIGKILL')
    await server.ended
    if (interrupted.signal.aborted) return 130
    say(red('  killed with SIGKILL, as if the plug had been pulled: nothing could be tidied up.'))

    title('The job is stored: it goes on where it was', 'ytscriptify serve')
    server = await startServer(command, new URL(server.url).port)
    await follow(api, job.job_id, { from: before })
    if (interrupted.signal.aborted) return 130

    title('Every video is answered once', `curl …/job_status/${job.job_id}`)
    const { results, counts } = await api.get(`/job_status/${job.job_id}`)
    for (const video of results) showVideo(video)
    showTranscript(results[0])
    const subtitles = `/job_status/${job.job_id}/transcripts/${results[0].video_id}?format=srt`
    title('The same as subtitles', `curl …${subtitles}`)
    for (const line of (await api.get(subtitles)).split(/\r?\n/).slice(0, 7)) say(`  ${printable(line)}`)

    title('And the callback has arrived', `webhook at ${receiver.url}`)
    const callback = await receiver.callback
    say(`  ${callback.isGenuine ? green('✓ signature verified') : red('✗ the signature is wrong')}  ${callback.id}`)
    say(`  ${callback.type}: ${callback.data.results.length} results of job ${callback.data.job_id}`)

    server.child.kill('SIGTERM')
    say(dim(`\nSIGTERM: the server has drained, and ended with ${await server.ended}.`))
    say(`Kept for you to look at: ${folder}/ (transcriber.db, server.log). Remove it when you are done.`)
    say(`A server to stay: ${bold('npm start')}`)
    say(`Real videos: ${bold('npm run demo -- https://www.youtube.com/watch?v=…')}\n`)

    const isWhole = counts.completed === VIDEOS.length - 1 && counts.failed === 1 && callback.isGenuine
    return isWhole ? 0 : failed(`Of ${VIDEOS.length} videos ${counts.completed} were completed.`)
  } finally {
    server?.child.kill('SIGKILL')
    receiver.close()
    await youtube.close()
  }
}

/** Resolves when it listens. */
async function startServer(command, port) {
  // A short lease: what a killed server held is taken over after it.
  const args = ['serve', '--port', port, '--concurrency', '2', '--lease', '2s']
  const { child, ended, lines } = command.start(args)
  for await (const line of lines()) {
    const url = /listens on (http\S+)/.exec(line)?.[1]
    if (url) return { url, child, ended }
  }
  throw new Error(`The server did not start: it ended with ${await ended}.`)
}

/** Tells each change, until so many videos are done or the job has ended. @returns {Promise<number>} how many are done. */
async function follow(api, jobId, { until = Infinity, from = -1 }) {
  let done = from
  for await (const { data } of api.events(`/job_status/${jobId}/events`)) {
    if (!data.counts) continue
    const { total, completed, failed: lost } = data.counts
    if (completed + lost > done) {
      done = completed + lost
      const bar = `${'█'.repeat(done)}${'░'.repeat(total - done)}`
      say(`  ${bar}  ${done} of ${total}${lost > 0 ? red(`  ${lost} failed`) : ''}  ${dim(data.status)}`)
    }
    if (done >= until) break
  }
  return done
}
