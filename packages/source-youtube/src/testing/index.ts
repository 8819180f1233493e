// The public entry of @ytscriptify/source-youtube/testing.
export type { Misbehaviour } from './misbehaviour.ts'
export { startStandInYouTube } from './stand-in-youtube.ts'
export type { StandInOptions, StandInRequest, StandInYouTube } from './stand-in-youtube.ts'
export { generatedTrack, manualTrack, type StandInTrack } from './tracks.ts'
export { STAND_IN_VIDEOS, bulkVideo, type StandInVideo, type VideoState } from './videos.ts'
