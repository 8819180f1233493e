// The real YouTube instead of the stand-in, for 20 seconds at most.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandIn, MAIN } from './command.mjs'
import { bold, say, showTranscript, showVideo, title } from './say.mjs'

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

/** @returns {Promise<number>} the exit code. */
export async function askYouTube(urls) {
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-demo-'))
  const transcribe = ['transcribe', ...urls, '--json', '--max-wait', '20s']
  title('The real YouTube is asked, for 20 seconds at most', `ytscriptify ${transcribe.join(' ')}`)
  const { lines, ended } = commandIn(folder).start(transcribe)
  const found = []
  for await (const line of lines()) {
    const video = JSON.parse(line)
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
