// Reads what a video is from the page that people watch it on: the last resort, where the API answers nobody.
import { TranscriptionError } from '@ytscriptify/core'
import { pageError } from './http-answer.ts'
import { parseJson } from './parse-json.ts'
import { readPlayerAnswer, type PlayerAnswer } from './player-answer.ts'
import type { PlayerCall } from './player-call.ts'
import { YOUTUBE_ORIGIN } from './transport.ts'

/**
 * @throws {TranscriptionError} what the transport throws; `source_blocked` for a captcha; `consent_required` when the page
 *   about cookies comes again after its answer; `source_request_failed` for a page without an answer.
 */
export async function askWatchPage(call: PlayerCall): Promise<PlayerAnswer> {
  const subject = `the request for the page of ${call.videoId}`
  const first = await pageOf(call, { subject, cookie: NO_TRACKING })
  const consent = first.answer ? undefined : consentOf(first.body)
  const { answer, body } = consent === undefined ? first : await pageOf(call, { subject, cookie: consent })
  if (answer) return answer
  const message = `YouTube answered ${subject} with a page that has no answer.`
  throw pageError(body, subject) ?? new TranscriptionError('source_request_failed', message)
}

/** What YouTube's page about cookies sets when everything is rejected: it does not come then. */
const NO_TRACKING = 'SOCS=CAI'

/** The page about cookies in its older form names the value that it wants to be answered with. */
function consentOf(body: string): string | undefined {
  if (!body.includes('action="https://consent.youtube.com/s')) return undefined
  const value = /name="v" value="([\w.+-]{1,100})"/.exec(body)?.[1]
  return value === undefined ? undefined : `CONSENT=YES+${value}`
}

interface Page {
  readonly body: string
  readonly answer: PlayerAnswer | undefined
}

async function pageOf(
  { videoId, client, transport, signal }: PlayerCall,
  { subject, cookie }: { readonly subject: string; readonly cookie: string },
): Promise<Page> {
  const url = new URL('/watch', YOUTUBE_ORIGIN)
  // `bpctr` and `has_verified` stand for the click on "I understand and wish to proceed".
  url.search = new URLSearchParams({ v: videoId, hl: 'en', bpctr: '9999999999', has_verified: '1' }).toString()
  const body = await transport({ subject, url, headers: { 'user-agent': client.userAgent, cookie }, signal })
  return { body, answer: playerAnswerIn(body) }
}

/** The script of the page assigns the answer to a variable; other scripts only speak of it. */
export function playerAnswerIn(page: string): PlayerAnswer | undefined {
  const assignment = /\bytInitialPlayerResponse\s{0,5}=\s{0,5}(?=\{)/g
  for (let attempts = 0; attempts < MOST_ASSIGNMENTS && assignment.exec(page); attempts += 1) {
    const answer = readPlayerAnswer(parseJson(objectAt(page, assignment.lastIndex)))
    if (answer) return answer
  }
  return undefined
}

/** A page has one or two. Each is read to its end, so that the number of them must be bounded. */
const MOST_ASSIGNMENTS = 4

/** The text of the object that begins here, to the bracket that closes it; of one that is cut off, everything. */
function objectAt(text: string, start: number): string {
  const mark = /[{}"]/g
  mark.lastIndex = start
  let depth = 0
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    if (match[0] === '"') {
      mark.lastIndex = endOfString(text, mark.lastIndex)
    } else {
      depth += match[0] === '{' ? 1 : -1
      if (depth === 0) return text.slice(start, mark.lastIndex)
    }
  }
  return text.slice(start)
}

/** Behind the quote that ends a string which begins here. */
function endOfString(text: string, start: number): number {
  const mark = /["\\]/g
  mark.lastIndex = start
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    if (match[0] === '"') return mark.lastIndex
    mark.lastIndex += 1
  }
  return text.length
}
