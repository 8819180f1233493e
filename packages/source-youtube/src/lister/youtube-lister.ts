// youtubeLister(): the videos of YouTube's playlists and channels. It puts together what the other files do one by one.
import { TranscriptionError, type Lister } from '@ytscriptify/core'
import { createEgressPool } from '../egress-pool.ts'
import { createPassages } from '../passage.ts'
import { createTransport } from '../transport.ts'
import { refuseEndless } from './endless-list.ts'
import { pagesOf } from './list-pages.ts'
import { openListSession } from './list-session.ts'
import { listedVideo } from './listed-video.ts'
import { listerSettings, type YouTubeListerOptions } from './lister-options.ts'
import { loadLibrary } from './load-library.ts'
import { parseListId, targetOf } from './parse-list-id.ts'

/**
 * Lists the videos of YouTube's playlists and channels, anonymously. It needs youtubei.js, which is loaded when the first
 * list is read.
 *
 * @throws {TranscriptionError} `invalid_input` for options that cannot be meant.
 */
export function youtubeLister(options: YouTubeListerOptions = {}): Lister {
  const settings = listerSettings(options)
  const { maxPages, clock, random } = settings
  const pool = createEgressPool(settings)
  const travel = createPassages({
    pool,
    transportOf: ({ send }, { egress }) => createTransport({ ...settings, send, proxy: egress.label }),
    clock,
  })

  return {
    parse(url) {
      const listId = parseListId(url)
      return listId === undefined ? undefined : { listId }
    },

    async *list({ listId }, { limit, signal }) {
      const target = targetOf(listId)
      if (!target) throw noList(listId)
      if (limit !== undefined) assertLimit(limit)
      const library = await loadLibrary()
      signal.throwIfAborted()
      const subject = `the list ${listId}`
      const unavailable = (words?: string): TranscriptionError => unavailableList(listId, words)
      const notFound = (): TranscriptionError => unavailable()
      const session = await openListSession({ library, pool, travel, clock, random, subject, notFound, signal })
      const refuse = refuseEndless({ maxPages, subject })

      let listed = 0
      for await (const page of pagesOf(target, { library, session, subject, unavailable, signal })) {
        const videos = [...page.videos].map(listedVideo).filter((video) => video !== undefined)
        refuse(videos)
        for (const video of videos) {
          yield video
          listed += 1
          // Before the next page is asked for.
          if (listed === limit) return
        }
      }
    },
  }
}

function assertLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1) return
  const message = `A limit of ${limit} videos is not a whole number of at least 1.`
  throw new TranscriptionError('invalid_input', message)
}

const noList = (listId: string): TranscriptionError =>
  new TranscriptionError('unsupported_url', `"${listId.slice(0, 150)}" is not the id of a list of YouTube.`)

/** @param words - YouTube's own. */
function unavailableList(listId: string, words?: string): TranscriptionError {
  const why = words === undefined ? 'there is none' : words.replace(/\.$/, '')
  return new TranscriptionError('list_unavailable', `The list ${listId} cannot be had from YouTube: ${why}.`)
}
