// The tracks of a video as one JSON object: the same in the output of the command and in the HTTP API.
import type { VideoTracks } from './transcription-service.ts'

/** What {@link TranscriptionService.tracks} gave, as it is written in JSON. What the source does not say is null. */
export const tracksJson = ({ videoId, tracks }: VideoTracks) => ({
  video_id: videoId,
  tracks: tracks.map(({ language, name, kind, translatable, translatesTo }) => ({
    language,
    name: name ?? null,
    kind,
    translatable: translatable ?? null,
    translates_to: translatesTo ?? null,
  })),
})
