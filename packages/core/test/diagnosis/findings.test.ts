// What is said of each thing that a source can find out, and what helps.
import { describe, expect, it } from 'vitest'
import { findingsOf, statusOfFindings } from '../../src/diagnosis/findings.ts'
import type { ClientAnswer, Reach, WayDiagnosis } from '../../src/diagnosis/source-diagnosis.ts'
import type { ErrorCode, ErrorRecord } from '../../src/errors.ts'

const NOW = Date.parse('2026-01-01T00:00:00Z')

const errorOf = (code: ErrorCode, more: Partial<ErrorRecord> = {}): ErrorRecord => ({
  code,
  message: 'It says so.',
  hint: 'Its own hint.',
  retryable: true,
  ...more,
})

function findingsOfWays(ways: readonly WayDiagnosis[]) {
  return findingsOf({
    storage: { state: 'absent' },
    gates: [],
    sources: [{ source: 'youtube', ways }],
    mainGate: 'youtube',
    now: NOW,
  })
}

const reaching = (reach: Reach, proxy?: string) =>
  findingsOfWays([{ target: 'www.youtube.com', ...(proxy !== undefined && { proxy }), reach, clients: [] }])[0]

const REACHED: Reach = { state: 'reached', ms: 10, httpStatus: 204 }
const GIVES: ClientAnswer = { state: 'gives', ms: 90, language: 'en', segments: 1 }

const answering = (...answers: readonly ClientAnswer[]) => {
  const clients = answers.map((answer) => ({ name: 'ANDROID', version: '21.26', ...answer }))
  return findingsOfWays([{ target: 'www.youtube.com', reach: REACHED, clients }]).slice(1)
}

describe('a way that leads nowhere', () => {
  const unreachable = { state: 'unreachable', ms: 5, error: errorOf('source_unreachable') } as const

  it.each([
    ['dns', 'ENOTFOUND', 'The name of www.youtube.com cannot be looked up (ENOTFOUND).', 'check_dns'],
    ['connect', 'ECONNREFUSED', 'www.youtube.com takes no connection (ECONNREFUSED).', 'check_network'],
    [
      'tls',
      'CERT_HAS_EXPIRED',
      'No secure connection to www.youtube.com comes about (CERT_HAS_EXPIRED).',
      'check_certificates',
    ],
    ['timeout', undefined, 'www.youtube.com does not answer in time.', 'allow_time'],
    ['program', undefined, 'www.youtube.com cannot be used: It says so.', 'install_program'],
    ['answer', undefined, 'www.youtube.com cannot be used: It says so.', 'look_at_source'],
  ] as const)('says where it ends, and what helps: %s', (at, cause, message, remedy) => {
    expect(reaching({ ...unreachable, at, ...(cause && { cause }) })).toMatchObject({
      level: 'problem',
      message,
      remedy,
    })
  })

  it('names the proxy that does not let us through', () => {
    expect(reaching({ ...unreachable, at: 'proxy' }, 'proxy.test:8080')).toMatchObject({
      message: 'The proxy proxy.test:8080 does not let us through to www.youtube.com.',
      remedy: 'check_proxy',
    })
  })

  it('says what a program lacks in the words of its error', () => {
    expect(reaching({ ...unreachable, at: 'program' })).toMatchObject({ advice: 'Its own hint.' })
  })

  it('says until when it has to be left alone', () => {
    const retryAt = new Date(NOW + 90_000)

    expect(reaching({ state: 'paused', until: new Date(NOW + 30_000) })).toMatchObject({
      message:
        'www.youtube.com has refused this process a moment ago. It is not asked before 2026-01-01 00:00:30Z (in 30 s).',
      remedy: 'ask_less',
    })
    expect(
      reaching({ state: 'refused', ms: 4, httpStatus: 429, error: errorOf('source_rate_limited', { retryAt }) }),
    ).toMatchObject({
      message: 'www.youtube.com refuses this address. It says so. Until 2026-01-01 00:01:30Z (in 2 min).',
      remedy: 'ask_less',
    })
  })
})

describe('a client that gets no captions', () => {
  it.each([
    ['blocked', 'source_blocked', undefined, 'blocked', 'ask_less'],
    ['blocked', 'source_rate_limited', 429, 'blocked', 'ask_less'],
    ['blocked', 'consent_required', 302, 'blocked', 'change_network'],
    ['refused', 'source_request_failed', 400, 'refused', 'change_clients'],
    ['refused', 'po_token_required', 200, 'refused', 'change_clients'],
    ['refused', 'source_request_failed', 503, 'refused', 'look_at_source'],
    ['refused', 'empty_transcript', 200, 'refused', 'look_at_source'],
    ['refused', 'video_unavailable', 200, 'refused', 'check_video'],
    ['refused', 'transcripts_disabled', 200, 'refused', 'check_video'],
    ['failed', 'source_timeout', undefined, 'not answered', 'allow_time'],
    ['failed', 'source_unreachable', undefined, 'not answered', 'check_network'],
  ] as const)('is %s with %s (HTTP %s): it says so, and what helps', (state, code, httpStatus, word, remedy) => {
    const [finding] = answering({ state, ms: 4, ...(httpStatus && { httpStatus }), error: errorOf(code) })

    expect(finding).toMatchObject({ level: 'problem', message: `ANDROID 21.26 is ${word}: It says so.`, remedy })
  })

  it('is a warning where another one gets them', () => {
    const findings = answering({ state: 'blocked', ms: 4, error: errorOf('source_blocked') }, GIVES)

    expect(findings.map(({ level }) => level)).toEqual(['warning', 'ok'])
    expect(findings[1]?.message).toBe('ANDROID 21.26 is given captions: 1 line in "en" (90 ms).')
  })

  it('is a warning where another way gives them, too', () => {
    const ways: WayDiagnosis[] = [
      { target: 'www.youtube.com', proxy: 'a', reach: { state: 'paused', until: new Date(NOW + 1_000) }, clients: [] },
      { target: 'www.youtube.com', proxy: 'b', reach: REACHED, clients: [{ name: 'ANDROID', ...GIVES }] },
    ]

    expect(findingsOfWays(ways).map(({ level }) => level)).toEqual(['warning', 'ok', 'ok'])
  })

  it('is spoken of together with the next ones that were answered the same', () => {
    const blocked: ClientAnswer = { state: 'blocked', ms: 4, error: errorOf('source_blocked') }
    const refused: ClientAnswer = { state: 'refused', ms: 4, httpStatus: 400, error: errorOf('source_request_failed') }
    const worded: ClientAnswer = { ...blocked, error: errorOf('source_blocked', { message: 'In other words.' }) }

    expect(answering(blocked, blocked, refused, blocked, worded).map(({ message }) => message)).toEqual([
      'ANDROID 21.26, ANDROID 21.26 are blocked: It says so.',
      'ANDROID 21.26 is refused: It says so.',
      'ANDROID 21.26 is blocked: It says so.',
      'ANDROID 21.26 is blocked: In other words.',
    ])
  })

  it('is not spoken of where it was not asked', () => {
    expect(answering(GIVES, { state: 'skipped', why: 'not_needed' })).toHaveLength(1)
  })
})

describe('findings', () => {
  it('come to the worst of them', () => {
    expect(statusOfFindings([])).toBe('ok')
    expect(statusOfFindings([{ level: 'ok' }, { level: 'warning' }])).toBe('degraded')
    expect(statusOfFindings([{ level: 'warning' }, { level: 'problem' }, { level: 'ok' }])).toBe('failing')
  })
})
