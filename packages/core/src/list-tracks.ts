// The caption tracks of a video, asked for without a job.
import type { Clock } from './clock.ts'
import { mainGateOf } from './diagnosis/diagnose-source.ts'
import { TranscriptionError } from './errors.ts'
import { gateStateAt } from './gate.ts'
import { gateClosedError } from './gate-closed-error.ts'
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

export async function listTracks(url: string, parts: ListTracksParts): Promise<VideoTracks> {
  const { source, storage, clock, timeoutMs = 30_000, signal = new AbortController().signal } = parts
  if (!source.tracks) throw cannotList(source)
  const video = videoOf(url, source)
  const onTimeUp = (): Error =>
    new TranscriptionError('source_timeout', `The tracks of ${video.videoId} did not arrive within ${timeoutMs} ms.`)
  const limit = createTimeLimit({ ms: timeoutMs, clock, signal, onTimeUp })
  try {
    limit.signal.throwIfAborted()
    await untilAborted(assertOpen({ source, storage, clock }), limit.signal)
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

/** Nobody asks a source that keeps all processes out: a list is no reason to lengthen its pause. */
async function assertOpen({ source, storage, clock }: Omit<ListTracksParts, keyof TracksOptions>): Promise<void> {
  const key = mainGateOf(source)
  const gates = await storage.listGates()
  const gate = gates.find((one) => one.key === key && one.source === source.id)
  if (gate?.closedUntil === undefined || gateStateAt(gate, clock.now()) !== 'closed') return
  throw gateClosedError({ source: source.id, until: new Date(gate.closedUntil) })
}

const cannotList = ({ id }: TranscriptSource): TranscriptionError =>
  new TranscriptionError('not_supported', `The source "${id}" does not list the tracks of a video.`)
