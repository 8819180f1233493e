// The entry @ytscriptify/source-youtube/options: what settings are checked against, without what asks YouTube.
export { YOUTUBE_CLIENTS, type YouTubeClient } from './clients.ts'
export { parseProxyUrl } from './proxy-url.ts'
export type { YouTubeProxy } from './proxy.ts'
