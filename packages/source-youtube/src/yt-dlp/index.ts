// The entry @ytscriptify/source-youtube/yt-dlp.
export { ytDlpSource, type YtDlpSource, type YtDlpSourceOptions } from './yt-dlp-source.ts'
