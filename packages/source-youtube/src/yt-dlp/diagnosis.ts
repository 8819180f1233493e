// What stands between this machine and the captions that yt-dlp gives: the program itself, and one video by it.
import {
  toErrorRecord,
  type ClientDiagnosis,
  type Clock,
  type DiagnoseSourceOptions,
  type Reach,
  type SourceDiagnosis,
  type TranscriptSource,
} from '@ytscriptify/core'
import { clientStateOf } from '../client-state.ts'
import { KNOWN_VIDEO } from '../known-video.ts'

export interface YtDlpDiagnosisParts extends Pick<TranscriptSource, 'admit'> {
  readonly source: string
  /** The program, as it was named. */
  readonly target: string
  readonly clock: Clock
  readonly versionOf: (signal: AbortSignal) => Promise<string>
  readonly fetchVideo: TranscriptSource['fetch']
}

export function createYtDlpDiagnosis({ source, target, clock, versionOf, admit, fetchVideo }: YtDlpDiagnosisParts) {
  async function askFor(videoId: string, version: string, signal: AbortSignal): Promise<ClientDiagnosis> {
    const who = { name: 'yt-dlp', version }
    const permit = await admit(signal)
    const startedAt = clock.monotonic()
    try {
      const request = { languages: [], kind: 'any' as const }
      const { language, segments } = await fetchVideo({ videoId }, { request, permit, signal })
      return { ...who, state: 'gives', ms: clock.monotonic() - startedAt, language, segments: segments.length }
    } catch (error) {
      signal.throwIfAborted()
      const record = toErrorRecord(error)
      return { ...who, state: clientStateOf(record.code), ms: clock.monotonic() - startedAt, error: record }
    } finally {
      permit.release()
    }
  }

  return async ({ videoId = KNOWN_VIDEO, signal }: DiagnoseSourceOptions): Promise<readonly SourceDiagnosis[]> => {
    const startedAt = clock.monotonic()
    const elapsed = (): number => clock.monotonic() - startedAt
    const report = (reach: Reach, clients: readonly ClientDiagnosis[]): SourceDiagnosis[] => [
      { source, videoId, ways: [{ target, reach, clients }] },
    ]
    try {
      const version = await versionOf(signal)
      const reach: Reach = { state: 'reached', ms: elapsed() }
      return report(reach, [await askFor(videoId, version, signal)])
    } catch (error) {
      signal.throwIfAborted()
      return report({ state: 'unreachable', ms: elapsed(), at: 'program', error: toErrorRecord(error) }, [])
    }
  }
}
