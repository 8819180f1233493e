// Puts the videos of playlists and channels into their place in the list of URLs, and shows how far it is.
import {
  TranscriptionError,
  expandLists,
  isTranscriptionError,
  toErrorRecord,
  type Clock,
  type ErrorRecord,
  type ExpandedUrl,
  type Lister,
} from '@ytscriptify/core'
import type { DataOutput } from '../output/data-output.ts'
import { countOf } from '../output/count-of.ts'
import { printable } from '../output/printable.ts'
import type { Screen } from '../output/screen.ts'
import type { Surroundings } from '../surroundings.ts'
import { badFlag } from '../texts/text-flags.ts'
import type { ListedUrl } from './read-urls.ts'
import { createStopSwitch } from './stop-switch.ts'

export interface ReadListsParts {
  readonly lister: Lister
  /** How many videos of each list at most. */
  readonly limit: number | undefined
  /** Whether a list that cannot be had keeps its place, with its error. @default false: nothing is read after it */
  readonly keepUnavailable?: boolean
  /** Throws when YouTube must not be asked now. Called before each list. */
  readonly assertMayAsk: () => Promise<void>
  readonly surroundings: Pick<Surroundings, 'onInterrupt' | 'quit'>
  readonly output: Pick<DataOutput, 'closed'>
  readonly screen: Screen
  readonly clock: Clock
}

/** A URL of a video, or of what has none. */
export interface ReadUrl extends ExpandedUrl {
  /** Why the list at `url` could not be had, or not to its end. */
  readonly error?: ErrorRecord
}

/**
 * @returns `undefined` when Ctrl-C ended it, or nobody reads the output any more.
 * @throws {TranscriptionError} what the lister throws, with the place of the list; `invalid_input` when there is no video in
 *   any list, and for a limit without lists.
 */
export async function readLists(
  listed: readonly ListedUrl[],
  parts: ReadListsParts,
): Promise<readonly ReadUrl[] | undefined> {
  const { lister, limit, surroundings, output, screen, clock } = parts
  if (!listed.some(({ url }) => lister.parse(url))) {
    if (limit !== undefined) throw badFlag('--limit', 'There is no playlist or channel that it could limit')
    return listed.map(({ url }) => ({ url }))
  }
  const stop = createStopSwitch({ surroundings, beforeQuit: () => undefined, readerGone: output.closed, clock })
  const { signal } = stop
  const urls: ReadUrl[] = []
  try {
    for (const one of listed)
      for await (const url of lister.parse(one.url) ? readList(one, { ...parts, signal }) : [{ url: one.url }])
        urls.push(url)
    if (urls.length === 0) throw noVideo()
    return urls
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    screen.clear()
    stop.release()
  }
}

async function* readList(
  { url, place }: ListedUrl,
  parts: ReadListsParts & { readonly signal: AbortSignal },
): AsyncGenerator<ReadUrl> {
  const { lister, limit, keepUnavailable = false, assertMayAsk, screen, signal } = parts
  let videos = 0
  try {
    await assertMayAsk()
    for await (const video of expandLists([url], { lister, signal, ...(limit !== undefined && { limit }) })) {
      videos += 1
      screen.status(`${printable(url)}: ${countOf(videos, 'video')}`)
      yield video
    }
  } catch (error) {
    if (signal.aborted || !isTranscriptionError(error)) throw error
    const ofList = withPlace(error, place)
    if (!keepUnavailable) throw ofList
    yield { url, list: url, error: toErrorRecord(ofList) }
    return
  }
  if (videos === 0) screen.line(`${screen.paint.yellow('notice:')} ${printable(`${place}: ${url} has no video.`)}`)
}

/** `list.txt:17: The list … cannot be had` */
function withPlace(cause: TranscriptionError, place: string): TranscriptionError {
  const { code, message, hint, retryable, retryAt, issues } = cause
  return new TranscriptionError(code, `${place}: ${message}`, {
    cause,
    hint,
    retryable,
    ...(retryAt && { retryAt }),
    ...(issues && { issues }),
  })
}

const noVideo = (): TranscriptionError =>
  new TranscriptionError('invalid_input', 'There is no video to transcribe: what was given are lists without any.', {
    hint: 'Open the list in a browser to see what it has.',
  })
