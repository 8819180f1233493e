// Puts the videos of playlists and channels into their place in the list of URLs, and shows how far it is.
import { TranscriptionError, expandLists, type Clock, type ExpandedUrl, type Lister } from '@ytscriptify/core'
import type { DataOutput } from '../output/data-output.ts'
import { countOf } from '../output/count-of.ts'
import { printable } from '../output/printable.ts'
import type { Screen } from '../output/screen.ts'
import type { Surroundings } from '../surroundings.ts'
import { createStopSwitch } from './stop-switch.ts'

export interface ReadListsParts {
  readonly lister: Lister
  /** How many videos of each list at most. */
  readonly limit: number | undefined
  readonly surroundings: Pick<Surroundings, 'onInterrupt' | 'quit'>
  readonly output: Pick<DataOutput, 'closed'>
  readonly screen: Screen
  readonly clock: Clock
}

/**
 * @returns `undefined` when Ctrl-C ended it, or nobody reads the output any more.
 * @throws {TranscriptionError} what the lister throws, and `invalid_input` when there is no video in any list.
 */
export async function readLists(
  urls: readonly string[],
  { lister, limit, surroundings, output, screen, clock }: ReadListsParts,
): Promise<readonly ExpandedUrl[] | undefined> {
  if (!urls.some((url) => lister.parse(url))) return urls.map((url) => ({ url }))
  const stop = createStopSwitch({ surroundings, beforeQuit: () => undefined, readerGone: output.closed, clock })
  const { signal } = stop
  const videos: ExpandedUrl[] = []
  let ofList = 0
  try {
    for await (const video of expandLists(urls, { lister, signal, ...(limit !== undefined && { limit }) })) {
      ofList = video.list === undefined || video.list !== videos.at(-1)?.list ? 1 : ofList + 1
      videos.push(video)
      if (video.list !== undefined) screen.status(`${printable(video.list)}: ${countOf(ofList, 'video')}`)
    }
    if (videos.length === 0) throw noVideo()
    return videos
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    screen.clear()
    stop.release()
  }
}

const noVideo = (): TranscriptionError =>
  new TranscriptionError('invalid_input', 'There is no video to transcribe: what was given are lists without any.', {
    hint: 'Open the list in a browser to see what it has.',
  })
