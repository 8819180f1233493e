// Answers that YouTube really gave, through the whole command: a server on loopback replays them, where they are at hand.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  clientOf,
  codesOf,
  expectedOf,
  hangs,
  recordedCases,
  recordingsArePresent,
  replayOf,
  summaryOf,
  type RecordedCase,
} from '../../../tests/recorded-cases.ts'
import { runInProcess } from './support/in-process.ts'
import { linesOf, type TranscriptLine } from './support/workplace.ts'

describe('ytscriptify transcribe, with answers that YouTube really gave', () => {
  it(recordingsArePresent ? 'has them at hand' : 'has none at hand: there is nothing to compare with', () => {
    expect(recordedCases.length > 0).toBe(recordingsArePresent)
  })

  it.each(recordedCases)('prints what is expected of $id', async (recorded) => {
    const cwd = await mkdtemp(join(tmpdir(), 'ytscriptify-recorded-'))
    onTestFinished(() => rm(cwd, { recursive: true, force: true }))
    const env = {
      YOUTUBE_BASE_URL: await startReplay(recorded),
      YOUTUBE_PAUSE: '0',
      ...(hangs(recorded) && { YOUTUBE_TIMEOUT: '0.2' }),
    }

    const { code, stdout, stderr } = await runInProcess(argumentsOf(recorded), { cwd, env })

    const lines = linesOf(stdout)
    expect(lines, stderr).toHaveLength(1)
    const [line] = lines as [TranscriptLine]
    const expected = expectedOf(recorded)
    if (expected) {
      expect(line.error).toBeNull()
      expect(summaryOf(factsOf(line))).toEqual(expected)
      expect(code).toBe(0)
    } else {
      expect(codesOf(recorded)).toContain(line.error?.code)
      expect(line.segments).toBeNull()
      // What cannot be mended has failed; the rest is stored, and may be tried later.
      expect([line.status, code]).toEqual(line.error?.retryable ? ['pending', 5] : ['failed', 4])
    }
  })
})

function argumentsOf({ videoId, request }: RecordedCase): string[] {
  const { languages, kind = 'any', translateTo, preserveFormatting } = request
  const flags = ['--json', '--max-wait', '0', '--languages', languages.join(','), '--kind', kind]
  if (translateTo !== undefined) flags.push('--translate-to', translateTo)
  if (preserveFormatting) flags.push('--keep-formatting')
  return ['transcribe', ...flags, '--', videoId]
}

/** Resolves with its URL. */
async function startReplay(recorded: RecordedCase): Promise<string> {
  const answerTo = replayOf(recorded)
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const { pathname: path } = new URL(request.url ?? '/', 'http://localhost')
      const client = body === '' ? undefined : clientOf(body)
      const answer = answerTo({ method: request.method ?? 'GET', path, client })
      if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const factsOf = ({ language, kind, title, channel, duration_ms, provenance, segments }: TranscriptLine) => ({
  language,
  kind,
  trackName: provenance?.['track'],
  title: title ?? undefined,
  channel: channel ?? undefined,
  durationMs: duration_ms ?? undefined,
  segments: (segments ?? []).map((one) => ({ text: one.text, startMs: one.start_ms, durationMs: one.duration_ms })),
})
