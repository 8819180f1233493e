// `npm run demo`: the product at work, offline, with a stand-in for YouTube on loopback, and with its plug pulled once.
// `npm run demo -- URL…` asks the real YouTube instead.
import { spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import './bootstrap.mjs'
import { root } from './lib/run.mjs'

const MAIN = join(root, 'packages/cli/dist/main.js')
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
  'basho_ja_01',
]
/** Answers before the plug is pulled. */
const ANSWERS_BEFORE_KILL = 3
const SHOWN_SEGMENTS = 6

/** What a machine without a way to YouTube meets, or one that YouTube sends away. */
const UNREACHED = new Set([
  'source_unreachable',
  'source_timeout',
  'source_request_failed',
  'source_blocked',
  'source_rate_limited',
  'consent_required',
  'po_token_required',
])

/** Exit codes after which the command says how to continue: try later, interrupted. */
const RESUMABLE = new Set([5, 130])

const isTerminal = process.stdout.isTTY === true && !process.env.NO_COLOR
const colour = (code) => (text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
const [bold, dim, red, green, cyan] = [1, 2, 31, 32, 36].map(colour)

const urls = process.argv.slice(2)
const flag = urls.find((arg) => arg.startsWith('--'))
if (flag !== undefined) process.exitCode = refused(flag)
else process.exitCode = urls.length > 0 ? await askYouTube(urls) : await playWithStandIn()

/** The tour: store, kill, resume, read. */
async function playWithStandIn() {
  const { startStandInYouTube } = await import(new URL('../packages/source-youtube/dist/testing.js', import.meta.url))
  const youtube = await startStandInYouTube({ latencyMs: 200 })
  let isInterrupted = false
  // The command hears of it too, and ends by itself.
  process.once('SIGINT', () => (isInterrupted = true))
  try {
    const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-demo-'))
    const command = commandIn(folder, { YOUTUBE_BASE_URL: youtube.url })
    await writeFile(join(folder, 'videos.txt'), `# The videos of the demo\n${VIDEOS.join('\n')}\n`)

    say(`\n${bold('YTScriptify')}: YouTube URLs in, stored transcripts out.`)
    say(
      `YouTube is a stand-in here: ${youtube.url} plays it, with speeches in the public domain. No internet is needed.`,
    )

    const flags = ['--json', '--concurrency', '2', '--lease', '2s']
    title('Ten videos, one of them private', ['transcribe', '--file', 'videos.txt', ...flags])
    const first = command.start(['transcribe', '--file', 'videos.txt', ...flags])
    let answers = 0
    for await (const video of first.videos()) {
      showVideo(video)
      if (++answers === ANSWERS_BEFORE_KILL) first.child.kill('SIGKILL')
    }
    await first.ended
    clearLine()
    if (isInterrupted) return 130
    if (answers < ANSWERS_BEFORE_KILL) return failed('The command ended before it had answered.')
    say(red('  killed with SIGKILL, as if the plug had been pulled: nothing could be tidied up.'))

    const { jobs } = JSON.parse(await command.output(['jobs', '--json']))
    title('The job is stored: it goes on where it was', ['transcribe', '--resume', jobs[0].job_id, ...flags])
    const resumed = command.start(['transcribe', '--resume', jobs[0].job_id, ...flags])
    const videos = []
    for await (const video of resumed.videos()) {
      if (videos.push(video) > answers) showVideo(video)
    }
    const code = await resumed.ended
    if (isInterrupted) return 130
    say(dim(`  exit code ${code}: 3 says that some videos failed.`))

    title('Every video is answered once', ['status', jobs[0].job_id])
    say(await command.output(['status', jobs[0].job_id]))
    showTranscript(videos[0])
    say(`\nKept for you to look at: ${folder}/ (videos.txt, transcriber.db). Remove it when you are done.`)
    say(`Real videos: ${bold('npm run demo -- https://www.youtube.com/watch?v=…')}\n`)

    const isWhole = videos.length === VIDEOS.length && code === 3
    return isWhole ? 0 : failed(`Of ${VIDEOS.length} videos ${videos.length} were answered, with exit code ${code}.`)
  } finally {
    await youtube.close()
  }
}

/** The real YouTube, for 20 seconds at most. */
async function askYouTube(args) {
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-demo-'))
  const transcribe = ['transcribe', ...args, '--json', '--max-wait', '20s']
  title('The real YouTube is asked, for 20 seconds at most', transcribe)
  const { videos, ended } = commandIn(folder).start(transcribe)
  const found = []
  for await (const video of videos()) {
    found.push(video)
    showVideo(video)
    showTranscript(video)
  }
  const code = await ended
  const isReached = found.some(({ status, error }) => status === 'completed' || (error && !UNREACHED.has(error.code)))
  if (found.length > 0 && !isReached) {
    const codes = [...new Set(found.flatMap(({ error }) => (error ? [error.code] : [])))]
    say(`\n${bold('This machine does not reach YouTube')} (${codes.join(', ') || 'no answer'}).`)
    say(`${bold('npm run demo')} alone needs no internet: a stand-in plays YouTube.`)
  }
  if (found.length > 0) say(`\nKept for you to look at: ${folder}/transcriber.db`)
  if (RESUMABLE.has(code)) {
    say(`To continue: ${bold(`cd ${folder}`)} first, for the database is there. In the command above write`)
    say(`${bold(`node ${MAIN}`)} for ytscriptify where that is not installed.`)
  }
  return code
}

/** The real command, in a folder of its own, with no setting from outside. */
function commandIn(cwd, settings = {}) {
  const { PATH, HOME, TERM, NO_COLOR, NODE_EXTRA_CA_CERTS } = process.env
  const env = { PATH, HOME, TERM, NO_COLOR, NODE_EXTRA_CA_CERTS, ...settings }

  const start = (args) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve(code ?? signal))
    })
    async function* videos() {
      for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line)
    }
    return { child, ended, videos }
  }

  return {
    start,
    async output(args) {
      const { child, ended } = start(args)
      let text = ''
      for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk
      await ended
      return text
    },
  }
}

function title(text, args) {
  say(`\n${bold(text)}`)
  say(dim(`$ ytscriptify ${args.join(' ')}`))
}

function showVideo({ video_id: id, status, language, kind, title: name, segments, error }) {
  const mark = status === 'completed' ? green('✓') : red('✗')
  const about = segments
    ? `${name} ${dim(`${language}, ${kind}, ${segments.length} segments`)}`
    : dim(error?.code ?? status)
  say(`  ${mark} ${id}  ${about}`)
}

function showTranscript({ title: name, channel, language, segments }) {
  if (!segments) return
  say(`\n${bold(name ?? '')} ${dim(`${channel ?? ''}, ${language}`)}`)
  for (const { text, start_ms: startMs } of segments.slice(0, SHOWN_SEGMENTS))
    say(`  ${cyan(clockTime(startMs))}  ${printable(text)}`)
  const more = segments.length - SHOWN_SEGMENTS
  if (more > 0) say(dim(`  … and ${more} more segments`))
}

function clockTime(ms) {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The text of others must not move the cursor. */
function printable(text) {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ')
}

/** The command draws its progress on the same terminal: its line makes room for ours. */
function say(text) {
  clearLine()
  process.stdout.write(`${text}\n`)
}

function clearLine() {
  if (process.stdout.isTTY && process.stderr.isTTY) process.stdout.write('\r\u001b[2K')
}

function refused(argument) {
  process.stderr.write(`The demo takes URLs of videos and no flags, but was given "${printable(argument)}".\n`)
  return 2
}

function failed(message) {
  process.stderr.write(`${message}\n`)
  return 1
}
