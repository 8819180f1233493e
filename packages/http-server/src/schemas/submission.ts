// What POST /transcribe takes. Shape and form are checked here, and what it asks for by the service.
import { languageTag, transcriptRequest } from '@ytscriptify/core'
import { z } from 'zod'
import { listOf } from './list-of.ts'

const LONGEST_TEXT = 4_096

/** Text that every database can store: well-formed, and without U+0000. */
const text = z
  .string()
  .max(LONGEST_TEXT, `It is longer than ${LONGEST_TEXT} characters`)
  .refine((value) => !value.includes('\u0000') && !/\p{Surrogate}/u.test(value), {
    error: 'It contains U+0000, or half a surrogate pair',
  })

export const submissionBody = z
  .strictObject({
    urls: listOf(text, { least: 1, otherwise: 'Give a list of at least one URL' }).meta({
      description: 'The videos, in the order in which they are answered. A video that is named twice is fetched once.',
      items: { type: 'string', maxLength: LONGEST_TEXT },
      example: ['https://www.youtube.com/watch?v=jNQXAC9IVRw'],
    }),
    callback_url: text
      .pipe(z.url({ protocol: /^https?$/, error: 'Give an http or https URL' }))
      .nullish()
      .meta({
        format: 'uri',
        description: 'Called when the job has ended.',
        example: 'https://example.com/transcripts',
      }),
    languages: transcriptRequest.shape.languages.meta({
      description:
        'Language tags (BCP 47) in order of preference; `*` at the end takes whatever there is. Without any: a manual track, else a generated one, in the video’s own language.',
      example: ['en', 'pt-BR', '*'],
    }),
    kind: transcriptRequest.shape.kind.meta({
      description: '`any` prefers a manual track to a generated one within each language.',
    }),
    translate_to: languageTag.nullish().meta({
      description: 'Language tag into which YouTube translates what it found. Default: no translation.',
    }),
    keep_formatting: z.boolean().optional().meta({
      description: 'Keeps the tags of the formatting, such as `<i>`, in the text. Default: false.',
    }),
    reuse: z.enum(['owner', 'shared']).optional().meta({
      description: 'Whose stored transcripts may be copied instead of asking YouTube again. Default: `owner`.',
    }),
    max_age_ms: z
      .int()
      .min(0)
      .max(100 * 365 * 24 * 60 * 60_000)
      .optional()
      .meta({ description: 'How old a copied transcript may be, in milliseconds. Default: 30 days.' }),
    refresh: z.boolean().optional().meta({ description: 'Asks YouTube anew, whatever is stored. Default: false.' }),
  })
  .meta({ id: 'Submission' })

/** What routes take that need no body: an empty one, or an empty object. */
export const emptyBody = z.strictObject({}).optional()
