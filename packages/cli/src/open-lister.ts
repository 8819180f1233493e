// What reads playlists and channels, as the settings say. Nothing is asked, and its library is not loaded, before there is
// one to read.
import type { Lister } from '@ytscriptify/core'
import { youtubeLister } from '@ytscriptify/source-youtube/lister'
import type { Settings } from './settings/settings.ts'

type ListerSettings = Pick<Settings, 'youtubeBaseUrl' | 'youtubeProxies' | 'youtubeTimeoutMs' | 'youtubePauseMs'>

export const openLister = ({
  youtubeBaseUrl,
  youtubeProxies,
  youtubeTimeoutMs,
  youtubePauseMs,
}: ListerSettings): Lister =>
  youtubeLister({
    proxies: youtubeProxies,
    ...(youtubeBaseUrl !== undefined && { baseUrl: youtubeBaseUrl }),
    ...(youtubeTimeoutMs !== undefined && { timeoutMs: youtubeTimeoutMs }),
    ...(youtubePauseMs !== undefined && { minGapMs: youtubePauseMs }),
  })
