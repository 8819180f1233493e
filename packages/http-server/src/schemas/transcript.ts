// One video of a job, as answers show it.
import { z } from 'zod'
import { count, errorCode, instant, uuid } from './values.ts'

const segment = z
  .strictObject({
    text: z.string(),
    start_ms: count.meta({ description: 'From the beginning of the video.' }),
    duration_ms: count,
  })
  .meta({ id: 'Segment' })

const thumbnail = z.strictObject({ url: z.string(), width: count, height: count }).meta({ id: 'Thumbnail' })

const transcriptError = z
  .strictObject({
    code: errorCode,
    message: z.string(),
    hint: z.string().meta({ description: 'What a person does next.' }),
    retryable: z.boolean(),
    retry_at: instant.nullable(),
  })
  .meta({ id: 'TranscriptError' })

const fields = {
  url: z.string().meta({ description: 'As it was submitted.' }),
  video_id: z.string(),
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']),
  language: z.string().nullable().meta({ description: 'Language of the text (BCP 47).' }),
  translated_from: z.string().optional().meta({ description: 'Where it is a translation.' }),
  kind: z.enum(['manual', 'generated']).nullable(),
  title: z.string().nullable(),
  channel: z.string().nullable(),
  duration_ms: z.number().nullable().meta({ description: 'Length of the video.' }),
  published_at: z.string().optional().meta({ description: 'A day or a moment (ISO 8601), where it is known.' }),
  live: z
    .enum(['none', 'live', 'ended'])
    .optional()
    .meta({ description: 'Whether it was broadcast: `ended` is what is left of a broadcast.' }),
  thumbnails: z.array(thumbnail).optional().meta({ description: 'Pictures of the video, the smallest first.' }),
  provenance: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'How the text was obtained: by which client, from which track, when; and the hash of it.' }),
  segments: z.array(segment).nullable(),
  error: transcriptError.nullable().meta({ description: 'Why it failed; of a pending one, why it waits.' }),
}

export const transcript = z.strictObject(fields).meta({ id: 'Transcript' })

const chunk = z
  .strictObject({
    page_content: z.string(),
    metadata: z
      .strictObject({
        source: z.string().meta({ description: 'A link to the moment at which the chunk begins.' }),
        start_seconds: count,
        start_timestamp: z.string().meta({ example: '00:02:00' }),
        title: z.string().optional(),
        description: z.string().optional(),
        view_count: z.number().optional(),
        thumbnail_url: z.string().optional(),
        publish_date: z.string().optional().meta({ example: '2009-10-25 06:57:33' }),
        length: z.number().optional().meta({ description: 'Of the video, in seconds.' }),
        author: z.string().optional().meta({ description: 'The channel.' }),
        video_id: z.string(),
        language: z.string().optional(),
        kind: z.enum(['manual', 'generated']).optional(),
        start_ms: count,
        duration_ms: count,
        tokens: count.meta({ description: 'Estimated.' }),
      })
      .meta({ description: 'With the names of LangChain’s YoutubeLoader. What is not known is left out.' }),
  })
  .meta({ id: 'Chunk' })

const { segments: _segments, ...facts } = fields

export const chunkedTranscript = z
  .strictObject({ ...facts, chunks: z.array(chunk) })
  .meta({ id: 'ChunkedTranscript', description: 'Where chunks are asked for.' })

export const result = z
  .strictObject({
    ...fields,
    transcript_url: z.string().nullable().optional().meta({ description: 'Where its text is, in a truncated answer.' }),
  })
  .meta({ id: 'Result' })

export const jobIdParam = z.object({ id: uuid.meta({ description: 'The `job_id`.' }) })
export const transcriptParams = jobIdParam.extend({
  video_id: z.string().meta({ description: 'The `video_id` of a result.', example: 'jNQXAC9IVRw' }),
})
