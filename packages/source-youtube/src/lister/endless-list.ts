// Notices lists that never end: YouTube may name a next page for ever, by mistake or on purpose.
import { TranscriptionError, type ListedVideo } from '@ytscriptify/core'

export interface EndlessListOptions {
  readonly maxPages: number
  /** Names the list in messages. */
  readonly subject: string
}

/** So many pages in a row without anything new are no list. One may come empty, and a playlist may repeat a video. */
const PAGES_WITHOUT_NEWS = 3

/**
 * @returns a function to be called with each page before it is used, which throws `source_request_failed` when the list goes
 *   round in circles, and `list_unavailable` when it has too many pages.
 */
export function refuseEndless({ maxPages, subject }: EndlessListOptions): (videos: readonly ListedVideo[]) => void {
  const seen = new Set<string>()
  let pages = 0
  let withoutNews = 0

  return (videos) => {
    pages += 1
    if (pages > maxPages) throw tooLong(subject, maxPages)
    const known = seen.size
    for (const { videoId } of videos) seen.add(videoId)
    withoutNews = seen.size > known ? 0 : withoutNews + 1
    if (withoutNews === PAGES_WITHOUT_NEWS) throw inCircles(subject)
  }
}

const tooLong = (subject: string, maxPages: number): TranscriptionError =>
  new TranscriptionError('list_unavailable', `YouTube's answer to ${subject} has more than ${maxPages} pages.`, {
    hint: 'Ask for a limited number of its videos, or allow more pages with maxPages.',
  })

const inCircles = (subject: string): TranscriptionError =>
  new TranscriptionError(
    'source_request_failed',
    `YouTube answers ${subject} in circles: ${PAGES_WITHOUT_NEWS} pages in a row had no video that was not there before.`,
  )
