// The public entry of @ytscriptify/source-youtube/testing.
export { MISBEHAVIOURS, type Misbehaviour } from './misbehaviour.ts'
export { startStandInYouTube } from './stand-in-youtube.ts'
export type { StandInOptions, StandInRequest, StandInYouTube } from './stand-in-youtube.ts'
export { createStandInYtDlp } from './stand-in-yt-dlp.ts'
export type { StandInYtDlp, StandInYtDlpOptions, YtDlpCall, YtDlpMisbehaviour } from './stand-in-yt-dlp.ts'
export { generatedTrack, manualTrack, type StandInTrack } from './tracks.ts'
export { STAND_IN_VIDEOS, bulkVideo, type StandInVideo, type VideoState } from './videos.ts'
