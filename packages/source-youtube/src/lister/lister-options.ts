// What youtubeLister() can be told.
import { TranscriptionError } from '@ytscriptify/core'
import { sourceSettings, type YouTubeSourceOptions, type YouTubeSourceSettings } from '../source-options.ts'

type OfSource = 'fetch' | 'proxies' | 'baseUrl' | 'timeoutMs' | 'maxBodyBytes' | 'minGapMs' | 'clock' | 'random'

/** Like those of `youtubeSource`: a page of a list is asked for as a video is there, but one at a time. */
export interface YouTubeListerOptions extends Pick<YouTubeSourceOptions, OfSource> {
  /**
   * Pages that one list may have: of a playlist 100 videos each, of a tab of a channel about 30.
   * @default 1_000. It ends lists that have no end; allow more for a channel with more than 30 000 videos on one tab.
   */
  readonly maxPages?: number
}

export interface YouTubeListerSettings extends YouTubeSourceSettings {
  readonly maxPages: number
}

/** @throws {TranscriptionError} `invalid_input` naming the first option that cannot be meant. */
export function listerSettings({ maxPages = 1_000, ...options }: YouTubeListerOptions): YouTubeListerSettings {
  if (!Number.isInteger(maxPages) || maxPages < 1) {
    throw new TranscriptionError('invalid_input', 'maxPages must be a whole number of at least 1.')
  }
  return { ...sourceSettings({ ...options, concurrency: 1 }), maxPages }
}
