// Where transcripts come from, as the settings say. The one place that knows every source.
import { firstOf, type TranscriptSource } from '@ytscriptify/core'
import { fileSource } from '@ytscriptify/source-file'
import { parseVideoId, youtubeSource } from '@ytscriptify/source-youtube'
import { ytDlpSource } from '@ytscriptify/source-youtube/yt-dlp'
import type { Settings, SourceName } from './settings/settings.ts'

export interface SourceFlags {
  /** Videos at a time, of each source that has a limit. */
  readonly concurrency?: number
}

/** Rows are found by it, whichever sources there are: all of them speak of YouTube's videos. */
const ID = 'youtube'

/** The source of the videos. Nothing is asked before the first video is worked on. */
export function openSource(settings: Settings, flags: SourceFlags = {}): TranscriptSource {
  const sources = settings.sources.order.map((name) => OPEN[name](settings, flags))
  const [only] = sources
  return sources.length === 1 && only?.id === ID ? only : firstOf(sources, { id: ID })
}

const OPEN: Readonly<Record<SourceName, (settings: Settings, flags: SourceFlags) => TranscriptSource>> = {
  youtube: ({ youtubeBaseUrl, youtubeClients, youtubeProxies, youtubeTimeoutMs, youtubePauseMs }, { concurrency }) =>
    youtubeSource({
      proxies: youtubeProxies,
      ...(youtubeClients && { clients: youtubeClients }),
      ...(youtubeBaseUrl !== undefined && { baseUrl: youtubeBaseUrl }),
      ...(youtubeTimeoutMs !== undefined && { timeoutMs: youtubeTimeoutMs }),
      ...(youtubePauseMs !== undefined && { minGapMs: youtubePauseMs }),
      ...(concurrency !== undefined && { concurrency }),
    }),

  'yt-dlp': ({ sources: { ytDlpBinary, ytDlpTimeoutMs, ytDlpProxy }, youtubePauseMs }, { concurrency }) =>
    ytDlpSource({
      binary: ytDlpBinary,
      ...(ytDlpProxy !== undefined && { proxy: ytDlpProxy }),
      ...(ytDlpTimeoutMs !== undefined && { timeoutMs: ytDlpTimeoutMs }),
      ...(youtubePauseMs !== undefined && { minGapMs: youtubePauseMs }),
      ...(concurrency !== undefined && { concurrency }),
    }),

  // The settings are refused without a folder.
  file: ({ sources: { subtitleFolder = '' } }) => fileSource({ folder: subtitleFolder, parse: parseVideoId }),
}
