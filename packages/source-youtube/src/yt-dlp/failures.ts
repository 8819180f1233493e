// Why yt-dlp gave no text: by what it knows of the video, and by the words of its messages.
import { TranscriptionError, type ErrorCode } from '@ytscriptify/core'
import { meaningOfWords } from '../playability.ts'
import { TooMuchOutput } from './run-program.ts'
import type { VideoInfo } from './video-info.ts'

export interface Failure {
  readonly videoId: string
  readonly stderr: string
  /** What it printed nevertheless. */
  readonly info: VideoInfo | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

export function failureOf({ videoId, stderr, info, now }: Failure): TranscriptionError {
  const messages = messagesOf(stderr)
  const code = info && codeOfInfo(info)
  const telling = messages.find((message) => message.code !== undefined)
  const meaning = code ?? telling?.code ?? (info ? 'transcripts_disabled' : undefined)
  if (meaning === undefined) return unreadable(`the captions of ${videoId}`, stderr)
  const quoted = telling ? `: "${telling.text}"` : ''
  const retryAt = meaning === 'live_upcoming' ? info?.startsAt : undefined
  return new TranscriptionError(meaning, `yt-dlp got no captions of ${videoId}${quoted}.`, {
    ...hintOf(meaning),
    ...(retryAt && retryAt.getTime() > now && { retryAt }),
  })
}

/** What differs from the hint of the code, which speaks of our own requests. */
const hintOf = (code: ErrorCode): { readonly hint?: string } =>
  code === 'po_token_required'
    ? { hint: 'YouTube wants a proof of origin for these captions; yt-dlp has plugins that give one.' }
    : {}

/** Whether it left captions out, so that what it lists is not all that there is. */
export const hasLeftOut = (stderr: string): boolean =>
  messagesOf(stderr).some(({ code }) => code === 'po_token_required')

/** yt-dlp answered something that is no answer. */
export function unreadable(subject: string, said: string): TranscriptionError {
  const [message] = messagesOf(said)
  const words = message?.text ?? said.trim().slice(0, LONGEST_QUOTE)
  const quoted = words === '' ? '' : `: "${words}"`
  return new TranscriptionError('source_request_failed', `yt-dlp did not give ${subject}${quoted}.`, {
    hint: 'Update yt-dlp; YouTube changes, and old versions stop working.',
  })
}

/** @returns `undefined` when it is something else that went wrong. */
export function missingProgram(error: unknown, binary: string): TranscriptionError | undefined {
  if (error instanceof TooMuchOutput) return unreadable('a usable answer', error.message)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!CANNOT_START.has(code)) return undefined
  return new TranscriptionError('source_unreachable', `"${binary}" cannot be started (${code}).`, {
    cause: error,
    retryable: false,
    hint:
      'Install yt-dlp (https://github.com/yt-dlp/yt-dlp/wiki/Installation), or say where it is: YT_DLP_BINARY, or the ' +
      'option binary.',
  })
}

const CANNOT_START: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'ENOEXEC', 'ENOTDIR', 'EPERM'])

function codeOfInfo({ liveStatus, availability }: VideoInfo): ErrorCode | undefined {
  if (liveStatus === 'is_upcoming') return 'live_upcoming'
  if (liveStatus === 'is_live' || liveStatus === 'post_live') return 'live_now'
  return AVAILABILITIES.get(availability ?? '')
}

// https://github.com/yt-dlp/yt-dlp#output-template, "availability".
const AVAILABILITIES = new Map<string, ErrorCode>([
  ['private', 'video_private'],
  ['premium_only', 'premium_only'],
  ['subscriber_only', 'members_only'],
])

/**
 * What only yt-dlp says, and what a network says; the rest is YouTube's own words, which it quotes. The more exact before
 * the more general: a server that is unavailable says nothing of a video.
 */
const WORDS: readonly (readonly [ErrorCode, RegExp])[] = [
  ['source_blocked', /captcha challenge/],
  ['source_rate_limited', /http error 429|too many requests|rate.limited/],
  ['source_request_failed', /http error \d{3}/],
  ['source_timeout', /timed? ?out/],
  [
    'source_unreachable',
    /failed to resolve|connection (?:refused|reset|aborted)|network is unreachable|transporterror|\bto proxy\b|tunnel connection/,
  ],
  ['po_token_required', /\bpo token\b/],
  ['live_upcoming', /^premieres? in\b|live event will begin/],
  ['video_unplayable', /drm protected/],
]

function codeOfWords(text: string): ErrorCode | undefined {
  const words = text.toLowerCase().replaceAll('’', "'")
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? meaningOfWords(words)
}

interface Message {
  readonly text: string
  readonly code: ErrorCode | undefined
  readonly isError: boolean
}

/** Of formats of the video, which nobody wants here, and of what would make it run better. */
const ABOUT_SOMETHING_ELSE =
  /requested format|formats? (?:may be missing|found)|subtitles not available|impersonat|javascript|ffmpeg|deprecat|outdated|older than/i

/** `ERROR: [youtube] VIDEO: What it says`, errors first. */
function messagesOf(stderr: string): Message[] {
  const messages: Message[] = []
  for (const line of stderr.slice(0, LONGEST_STDERR).split('\n')) {
    const match = /^(ERROR|WARNING): (?:\[[^\]]*\] )?(?:[\w-]{11}: )?(.+)$/.exec(line.replace(ANSI, '').trim())
    const text = match?.[2]?.slice(0, 1_000)
    if (text === undefined || ABOUT_SOMETHING_ELSE.test(text)) continue
    messages.push({ text: quotable(text), code: codeOfWords(text), isError: match?.[1] === 'ERROR' })
  }
  return messages.toSorted((a, b) => Number(b.isError) - Number(a.isError))
}

// eslint-disable-next-line no-control-regex -- terminals are told colours by a control character
const ANSI = /\u001b\[[\d;]*m/g

const LONGEST_STDERR = 100_000

const LONGEST_QUOTE = 200

/** Without what it says to those who sit before it, and without addresses, which may be signed. */
const quotable = (text: string): string =>
  text
    .replace(/[;.]? *(?:please report this issue|use --cookies|\(caused by ).*$/i, '')
    .replace(/\b[a-z][a-z\d+.-]*:\/\/\S+/gi, '…')
    .replace(/\.$/, '')
    .slice(0, LONGEST_QUOTE)
