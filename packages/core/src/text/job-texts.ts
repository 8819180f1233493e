// The texts of a whole job, one video at a time: its size is no matter.
import { transcriptSummary } from '../transcript-json.ts'
import type { Transcript } from '../transcript.ts'
import { fileNameOf } from './file-names.ts'
import { formatTranscript, selectedJson } from './format-transcript.ts'
import { checkTextOptions, type TextFormat, type TextSelection } from './text-options.ts'

/**
 * The job as lines of JSON: a line for each video, those without a text too, as in the results of the job; with chunks, a
 * line for each chunk of every completed video.
 *
 * @param transcripts - With their data.
 * @throws {TranscriptionError} `invalid_input` for options that do not go together.
 * @example
 * ```ts
 * const transcripts = service.transcripts(jobId, { withData: true })
 * await writeFile('chunks.jsonl', jobLines(transcripts, { chunks: { unit: 'tokens', size: 400, overlap: 40 } }))
 * ```
 */
export async function* jobLines(
  transcripts: AsyncIterable<Transcript>,
  selection: TextSelection = {},
): AsyncGenerator<string> {
  checkTextOptions(selection)
  for await (const transcript of transcripts) {
    if (!selection.chunks) {
      yield* selectedJson(transcript, selection)
      yield '\n'
    } else if (transcript.data !== undefined) {
      yield* formatTranscript(transcript, { ...selection, format: 'jsonl' })
    }
  }
}

/** A file that is made while it is written. */
export interface TextFile {
  readonly name: string
  readonly modifiedAt: Date
  readonly pieces: Iterable<string>
}

export interface JobFilesOptions extends TextSelection {
  /** A file of each for every completed video. */
  readonly formats: readonly TextFormat[]
}

/**
 * The job as files: `001 Title [VIDEO_ID].LANGUAGE.FORMAT` for each completed video, numbered by its place in the job; and
 * `videos.jsonl`, with a line for every video that says how it ended and which files are of it.
 *
 * @param transcripts - With their data. The next is read when the pieces of the last have been taken.
 * @throws {TranscriptionError} `invalid_input` for options that do not go together.
 */
export async function* jobFiles(
  transcripts: AsyncIterable<Transcript>,
  { formats, ...selection }: JobFilesOptions,
): AsyncGenerator<TextFile> {
  for (const format of formats) checkTextOptions({ ...selection, format })
  const entries: string[] = []
  let modifiedAt = new Date(0)
  for await (const transcript of transcripts) {
    const { data, position, updatedAt } = transcript
    const files =
      data === undefined ? [] : formats.map((format) => ({ format, name: numbered(position, transcript, format) }))
    for (const { format, name } of files)
      yield { name, modifiedAt: updatedAt, pieces: formatTranscript(transcript, { ...selection, format }) }
    entries.push(`${JSON.stringify({ ...transcriptSummary(transcript), files: files.map(({ name }) => name) })}\n`)
    if (updatedAt > modifiedAt) modifiedAt = updatedAt
  }
  yield { name: 'videos.jsonl', modifiedAt, pieces: entries }
}

const numbered = (position: number, transcript: Transcript, format: TextFormat): string =>
  `${String(position + 1).padStart(3, '0')} ${fileNameOf(transcript, format)}`
