// The caption tracks of a video, asked for without a job.
import type { Clock } from './clock.ts'
import { assertGateOpen } from './closed-gate.ts'
import { TranscriptionError } from './errors.ts'
import type { TranscriptSource, VideoRef } from './source.ts'
import type { TranscriptionStorage } from './storage.ts'
import { createTimeLimit } from './time-limit.ts'
import type { TracksOptions, VideoTracks } from './transcription-service.ts'
import { untilAborted } from './until-aborted.ts'

export interface ListTracksParts extends TracksOptions {
  readonly source: TranscriptSource
  readonly storage: Pick<TranscriptionStorage, 'listGates'>
  readonly clock: Clock
}

/**
 * The caption tracks of a video, for whoever has a source and no whole service.
 *
 * @throws {TranscriptionError} as `tracks` of a service does: `unsupported_url`, `not_supported`; `source_rate_limited` while
 *   the gate is closed; `source_timeout`; what the source throws.
 */
export async function listTracks(url: string, parts: ListTracksParts): Promise<VideoTracks> {
  const { source, storage, clock, timeoutMs = 30_000, signal = new AbortController().signal } = parts
  if (!source.tracks) throw cannotList(source)
  const video = videoOf(url, source)
  const onTimeUp = (): Error =>
    new TranscriptionError('source_timeout', `The tracks of ${video.videoId} did not arrive within ${timeoutMs} ms.`)
  const limit = createTimeLimit({ ms: timeoutMs, clock, signal, onTimeUp })
  try {
    limit.signal.throwIfAborted()
    await untilAborted(assertGateOpen({ source, storage, clock }), limit.signal)
    const tracks = await untilAborted(source.tracks(video, { signal: limit.signal }), limit.signal)
    return { videoId: video.videoId, tracks }
  } finally {
    limit.clear()
  }
}

function videoOf(url: string, source: TranscriptSource): VideoRef {
  const video = source.parse(url)
  if (video) return video
  throw new TranscriptionError('unsupported_url', `"${url.slice(0, 200)}" is not the URL of a video.`)
}

const cannotList = ({ id }: TranscriptSource): TranscriptionError =>
  new TranscriptionError('not_supported', `The source "${id}" does not list the tracks of a video.`)
