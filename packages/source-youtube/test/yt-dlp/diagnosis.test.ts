// What stands between this machine and the captions that yt-dlp gives.
import type { WayDiagnosis } from '@ytscriptify/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStandInYtDlp, type StandInYtDlp } from '../../src/testing/index.ts'
import { ytDlpSource, type YtDlpSourceOptions } from '../../src/yt-dlp/yt-dlp-source.ts'

let ytDlp: StandInYtDlp
beforeEach(async () => {
  ytDlp = await createStandInYtDlp()
})
afterEach(() => ytDlp.remove())

async function diagnose(options: YtDlpSourceOptions = {}): Promise<WayDiagnosis | undefined> {
  const source = ytDlpSource({ binary: ytDlp.binary, minGapMs: 0, ...options })
  const [diagnosis] = await source.diagnose({ signal: new AbortController().signal })
  expect(diagnosis).toMatchObject({ source: 'yt-dlp', videoId: 'jNQXAC9IVRw', ways: { length: 1 } })
  return diagnosis?.ways[0]
}

describe('a diagnosis of yt-dlp', () => {
  it('says its version, and that it gives the text of one video', async () => {
    expect(await diagnose()).toMatchObject({
      target: ytDlp.binary,
      reach: { state: 'reached' },
      clients: [{ name: 'yt-dlp', version: '2026.08.19', state: 'gives', language: 'en', segments: 8 }],
    })
  })

  it('says how to install one that is not there', async () => {
    expect(await diagnose({ binary: '/nowhere/yt-dlp' })).toMatchObject({
      reach: {
        state: 'unreachable',
        at: 'program',
        error: { hint: expect.stringMatching(/^Install yt-dlp .*YT_DLP_BINARY/) },
      },
      clients: [],
    })
  })

  it.each([
    ['bot-check', 'blocked', 'source_blocked'],
    ['rate-limited', 'blocked', 'source_rate_limited'],
    ['offline', 'failed', 'source_unreachable'],
    ['empty-text', 'refused', 'empty_transcript'],
    ['garbage', 'refused', 'source_request_failed'],
  ] as const)('says what it was answered: %s is %s', async (how, state, code) => {
    ytDlp.behave(how)

    expect((await diagnose())?.clients).toMatchObject([{ state, error: { code } }])
  })

  it('does not wait for ever for one that hangs', async () => {
    ytDlp.behave('hang')

    expect(await diagnose({ timeoutMs: 300 })).toMatchObject({
      reach: { state: 'unreachable', at: 'program', error: { code: 'source_timeout' } },
    })
  })
})
