// The public entry of @ytscriptify/source-youtube.
export { YOUTUBE_CLIENTS, type YouTubeClient } from './clients.ts'
export { parseVideoId } from './parse-video-id.ts'
export { youtubeSource, type YouTubeSource, type YouTubeSourceOptions } from './youtube-source.ts'
