// The public entry of @ytscriptify/source-youtube.
export { YOUTUBE_CLIENTS, type YouTubeClient } from './clients.ts'
export { parseVideoId } from './parse-video-id.ts'
export type { YouTubeProxy } from './proxy.ts'
export type { YouTubeSourceOptions } from './source-options.ts'
export { youtubeSource, type YouTubeSource } from './youtube-source.ts'
