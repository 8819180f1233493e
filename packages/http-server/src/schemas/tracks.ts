// The caption tracks of a video, as answers show them.
import { z } from 'zod'

const track = z
  .strictObject({
    language: z.string().meta({ description: 'As the source writes it (BCP 47).', example: 'en' }),
    name: z.string().nullable().meta({ description: 'As the source calls it to people.' }),
    kind: z.enum(['manual', 'generated']),
    translatable: z.boolean().nullable().meta({ description: 'Null where the source does not say.' }),
    translates_to: z.array(z.string()).nullable().meta({
      description: 'Languages for translations, as the client tells that has answered: another client may name more.',
    }),
  })
  .meta({ id: 'Track' })

export const videoTracks = z
  .strictObject({ video_id: z.string(), tracks: z.array(track).meta({ description: 'In the order of the source.' }) })
  .meta({ id: 'VideoTracks' })

export const videoParams = z.object({
  id: z.string().meta({ description: 'The id of a video, or its URL, percent-encoded.', example: 'jNQXAC9IVRw' }),
})
