// Where lists of videos come from: playlists, channels. It stands beside a source, which knows single videos alone.

/** A list that a lister knows how to read. */
export interface ListRef {
  /** Unique within the lister. Different spellings of one URL have the same. */
  readonly listId: string
}

/** A video as a list names it. */
export interface ListedVideo {
  /** Unique within the source that the lister belongs to. */
  readonly videoId: string
  /** What the source knows the video by; a submission takes it. */
  readonly url: string
  /** Absent where the list does not say. */
  readonly title?: string
}

export interface ListVideosOptions {
  /** How many videos at most, from 1. No more pages are asked for than they need. @default all */
  readonly limit?: number
  /** Ends the reading. */
  readonly signal: AbortSignal
}

/** Recognises lists of videos and reads them, a page at a time. It stores nothing, and fetches no transcript. */
export interface Lister {
  /**
   * Recognises the URL of a list without asking anybody.
   *
   * @returns `undefined` when it is none. What names one video is none, even where it names a list beside it.
   */
  parse(url: string): ListRef | undefined

  /**
   * The videos of a list: of a channel the newest first, of a playlist in its own order. A video that a playlist has twice
   * comes twice.
   *
   * It is read while it is iterated, so whoever stops early asks for no further page.
   *
   * @throws {TranscriptionError} `list_unavailable` when there is no such list, or it is not shown to everybody;
   *   `unsupported_url` for what is no list of this lister; `source_blocked`, `source_rate_limited` (with `retryAt` where it
   *   says when) and the other codes of a source that does not answer; `invalid_input` when the lister cannot be used as it
   *   is set up, or the limit is out of range; the reason of `signal` when it aborts.
   */
  list(list: ListRef, options: ListVideosOptions): AsyncIterable<ListedVideo>
}
