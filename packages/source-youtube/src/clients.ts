// The clients as which YouTube is asked, in order. They age: YouTube retires versions, so they are data, not code.

/** How a request presents itself to YouTube's InnerTube API. */
export interface YouTubeClient {
  /** InnerTube's name of the client, sent as `context.client.clientName`: `ANDROID`. */
  readonly name: string
  /** Its version, sent as `context.client.clientVersion`. YouTube refuses old ones with HTTP 400. */
  readonly version: string
  /** InnerTube's number of the client, sent as `X-YouTube-Client-Name`. */
  readonly number: number
  readonly userAgent: string
  /** What else `context.client` says of the device. */
  readonly device?: Readonly<Record<string, string | number>>
  /**
   * Where its answer is: the call of the InnerTube API, or the page that people watch the video on, of which only the user
   * agent is sent. The page is a megabyte, so it is asked only where no other client has said anything of the video.
   * @default 'player call'
   */
  readonly via?: 'player call' | 'watch page'
}

/**
 * The default clients. Whether YouTube hides captions behind a proof of origin depends on the client and not on the
 * video, so a video that one client cannot give is asked of the next. Names and versions are those that yt-dlp uses
 * for anonymous requests (https://github.com/yt-dlp/yt-dlp, yt_dlp/extractor/youtube/_base.py, August 2026).
 */
export const YOUTUBE_CLIENTS: readonly YouTubeClient[] = [
  {
    name: 'ANDROID',
    version: '21.26.364',
    number: 3,
    userAgent: 'com.google.android.youtube/21.26.364 (Linux; U; Android 11) gzip',
    device: { androidSdkVersion: 30, osName: 'Android', osVersion: '11' },
  },
  {
    name: 'VISIONOS',
    version: '1.02',
    number: 101,
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 15_7_3) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    device: { deviceMake: 'Apple', deviceModel: 'RealityDevice17,1', osName: 'visionOS', osVersion: '26.5.23O471' },
  },
  {
    name: 'IOS',
    version: '21.26.4',
    number: 5,
    userAgent: 'com.google.ios.youtube/21.26.4 (iPhone16,2; U; CPU iOS 18_3_2 like Mac OS X;)',
    device: { deviceMake: 'Apple', deviceModel: 'iPhone16,2', osName: 'iPhone', osVersion: '18.3.2.22D82' },
  },
  {
    name: 'WEB',
    version: '2.20260114.08.00',
    number: 1,
    userAgent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    via: 'watch page',
  },
]
