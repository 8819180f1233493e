// The text of the program that stands in for yt-dlp. It is a file of its own when it runs, so it cannot import anything:
// what it knows of videos, and what it is to do wrong, lies beside it as JSON.
export const STAND_IN_YT_DLP_PROGRAM = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs')
const { spawn } = require('node:child_process')
const { dirname, join } = require('node:path')

const home = dirname(__filename)
const read = (name) => JSON.parse(readFileSync(join(home, name), 'utf8'))
const args = process.argv.slice(2)
const valueOf = (option) => args[args.indexOf(option) + 1]
const has = (option) => args.includes(option)
const say = (text) => process.stderr.write(text + '\\n')
const how = read('behaviour.json').how
const stayForEver = () => setInterval(() => undefined, 1_000_000)

const child = how === 'hang-with-child'
  ? spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000000)'], { stdio: 'inherit' })
  : undefined
const call = { args, cwd: process.cwd(), env: process.env, pid: process.pid, child: child && child.pid }
appendFileSync(join(home, 'calls.jsonl'), JSON.stringify(call) + '\\n')

if (how === 'hang' || how === 'hang-with-child') {
  process.on('SIGTERM', () => undefined)
  stayForEver()
} else if (how === 'flood') {
  const flood = () => { while (process.stdout.write('x'.repeat(65_536))); process.stdout.once('drain', flood) }
  flood()
} else if (how === 'usage-error') {
  say('Usage: yt-dlp [OPTIONS] URL [URL...]\\n\\nyt-dlp: error: no such option: --ignore-no-formats-error')
  process.exitCode = 2
} else if (how === 'proxy-refused') {
  const proxy = new URL(process.env.HTTPS_PROXY)
  const named = [proxy.href, proxy.username + ':' + proxy.password + '@' + proxy.host, decodeURIComponent(proxy.password)]
  say('ERROR: [youtube] gettysburg1: Unable to connect to proxy ' + named.join(' '))
  process.exitCode = 1
} else if (has('--version')) {
  console.log('2026.08.19')
} else if (has('--load-info-json')) {
  const info = JSON.parse(readFileSync(valueOf('--load-info-json'), 'utf8'))
  const key = valueOf('--sub-langs')
  const texts = read('videos.json')[info.id].texts
  const text = texts[(has('--write-subs') ? 'subtitles ' : 'automatic_captions ') + key]
  if (how === 'rate-limited-text') say("WARNING: Unable to download video subtitles for '" + key + "': HTTP Error 429: Too Many Requests")
  else if (how === 'no-text') say("WARNING: Unable to download video subtitles for '" + key + "': HTTP Error 503: Service Unavailable")
  else if (text !== undefined) {
    const body = how === 'empty-text' ? '' : how === 'cut-off-text' ? text.slice(0, text.length / 2) : text
    writeFileSync('text.' + key + '.json3', body)
  }
} else {
  const id = args.at(-1).slice(-11)
  const video = how === 'garbage' ? undefined : (read('videos.json')[how] || read('videos.json')[id])
  const unknown = how === 'garbage' ? [] : ['ERROR: [youtube] ' + id + ': Video unavailable']
  for (const line of video ? video.stderr : unknown) say(line)
  process.stdout.write(how === 'garbage' ? '<html>' : JSON.stringify(video && video.info ? video.info : null) + '\\n')
  if (!video || !video.info) process.exitCode = 1
}
`
