// What the demo prints: plain lines, coloured where there is a terminal.
import { stripVTControlCharacters } from 'node:util'

const isTerminal = process.stdout.isTTY === true && !process.env.NO_COLOR
const colour = (code) => (text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
export const [bold, dim, red, green] = [1, 2, 31, 32].map(colour)
const cyan = colour(36)

const SHOWN_SEGMENTS = 6

/** The command draws its progress on the same terminal: its line makes room for ours. */
export function say(text) {
  if (process.stdout.isTTY && process.stderr.isTTY) process.stdout.write('\r\u001b[2K')
  process.stdout.write(`${text}\n`)
}

/** A heading, and below it what a person would type. */
export function title(text, typed) {
  say(`\n${bold(text)}`)
  say(dim(`$ ${typed}`))
}

export function showVideo({ video_id: id, status, language, kind, title: name, segments, error }) {
  const mark = status === 'completed' ? green('✓') : red('✗')
  const about = segments
    ? `${printable(name ?? '')} ${dim(`${language}, ${kind}, ${segments.length} segments`)}`
    : dim(error?.code ?? status)
  say(`  ${mark} ${id}  ${about}`)
}

export function showTranscript({ title: name, channel, language, segments }) {
  if (!segments) return
  say(`\n${bold(printable(name ?? ''))} ${dim(`${printable(channel ?? '')}, ${language}`)}`)
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
export function printable(text) {
  return stripVTControlCharacters(text).replace(/\s+/g, ' ')
}

export function failed(message) {
  process.stderr.write(`${message}\n`)
  return 1
}
