// From a list of URLs, some of which are playlists or channels, to URLs of videos.
import type { ListVideosOptions, Lister } from './lister.ts'

export interface ExpandOptions extends ListVideosOptions {
  readonly lister: Lister
}

export interface ExpandedUrl {
  /** As the caller wrote it, or of a video of a list. */
  readonly url: string
  /** The list that it comes from, as the caller wrote it. Absent where the caller named the video. */
  readonly list?: string
  /** As the list says. */
  readonly title?: string
}

/**
 * The URLs in their order, each list replaced by its videos. What is no list passes as it is: a submission judges it.
 * Lists are read one after the other, while the result is iterated.
 *
 * @param options.limit - How many videos of each list at most.
 * @throws what {@link Lister.list} throws.
 */
export async function* expandLists(
  urls: Iterable<string>,
  { lister, ...options }: ExpandOptions,
): AsyncGenerator<ExpandedUrl> {
  for (const written of urls) {
    const list = lister.parse(written)
    if (!list) {
      yield { url: written }
      continue
    }
    for await (const { url, title } of lister.list(list, options))
      yield { url, list: written, ...(title !== undefined && { title }) }
  }
}
