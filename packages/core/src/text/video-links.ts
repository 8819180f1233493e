// Where a video is seen, and where a moment of it.
import type { Transcript } from '../transcript.ts'

export type LinkedVideo = Pick<Transcript, 'url' | 'videoId'>

/** The page of the video: YouTube's own form of its address, or what the caller wrote where it is none of YouTube's. */
export const videoLink = (video: LinkedVideo): string =>
  isOnYouTube(video) ? `https://www.youtube.com/watch?v=${video.videoId}` : video.url

/**
 * A link that begins at a moment, in whole seconds before it: `&t=90s` on YouTube, `#t=90` elsewhere
 * (https://www.w3.org/TR/media-frags/#naming-time). What is no address of the web stays as it is.
 */
export function momentLink(video: LinkedVideo, ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  if (isOnYouTube(video)) return `${videoLink(video)}&t=${seconds}s`
  return /^https?:/i.test(video.url) ? `${video.url.replace(/#.*$/s, '')}#t=${seconds}` : video.url
}

/** A picture of the video, where its id says the address. */
export const thumbnailLink = (video: LinkedVideo): string | undefined =>
  isOnYouTube(video) ? `https://i.ytimg.com/vi/${video.videoId}/hqdefault.jpg` : undefined

/** A caller may give the bare id. */
const isOnYouTube = ({ url, videoId }: LinkedVideo): boolean =>
  /^[\w-]{11}$/.test(videoId) && (url.trim() === videoId || YOUTUBE.test(url.trim()))

const YOUTUBE = /^(?:https?:)?(?:\/\/)?(?:[\w-]+\.)*(?:youtube(?:-nocookie|education|kids)?\.com|youtu\.be)(?::\d+)?\//i
