// How videos leave the command: on standard output, or as files.
import { join, resolve } from 'node:path'
import { transcriptJson, type Transcript } from '@ytscriptify/core'
import { plainName, type TextFormat } from '@ytscriptify/core/text'
import { cannotBeWritten } from '../output/cannot-be-written.ts'
import type { DataOutput } from '../output/data-output.ts'
import { badFlag, type WantedTexts } from './text-flags.ts'
import { writeWhole } from './write-whole.ts'
import { heading, writtenText } from './written-text.ts'

/** Takes the videos one by one, in order; also those without a text. */
export type TranscriptWriter = (transcript: Transcript) => Promise<void>

export interface TranscriptWriterOptions {
  readonly output: DataOutput
  readonly texts: WantedTexts
  /** A folder that gets the files of each video, instead of all on stdout. It is there already. */
  readonly folder: string | undefined
  /** Where a relative folder begins. */
  readonly cwd: string
  /** Whether more than one video will come. */
  readonly several: boolean
}

export const createTranscriptWriter = ({ folder, ...options }: TranscriptWriterOptions): TranscriptWriter =>
  folder === undefined ? toStandardOutput(options) : filesIn(folder, options)

/**
 * Standard output takes one format; and of subtitles one video, since two of them one after the other are no file that a player
 * reads.
 *
 * @throws {TranscriptionError} `invalid_input`
 */
export function checkDestination({
  texts: { formats },
  folder,
  several,
}: Omit<TranscriptWriterOptions, 'output' | 'cwd'>) {
  if (folder !== undefined) return
  if (formats.length > 1)
    throw badFlag('--format', 'Several formats are several files: give --output a folder for them')
  const [subtitles] = formats.filter((format) => format === 'srt' || format === 'vtt')
  if (subtitles && several)
    throw badFlag('--format', `Several videos as ${subtitles} are several files: give --output a folder for them`)
}

/** What has no text is not silently missing: as JSON it has its line, and the progress names it on stderr. */
function toStandardOutput({
  output,
  texts: { formats, selection },
  several,
}: Omit<TranscriptWriterOptions, 'folder'>): TranscriptWriter {
  const [format = 'txt'] = formats
  let isFirst = true
  return async (transcript) => {
    if (transcript.data === undefined) {
      if (format === 'json') await output.write(`${transcriptJson(transcript)}\n`)
      return
    }
    const [before, isFollowing] = [beforeText(transcript, { format, isFirst, several }), !isFirst]
    isFirst = false
    if (before !== '') await output.write(before)
    let pieces: Iterable<string> = writtenText(transcript, { ...selection, format })
    if (format === 'csv' && isFollowing) pieces = withoutHeader(pieces)
    for (const piece of pieces) await output.write(piece)
  }
}

function beforeText(
  transcript: Transcript,
  { format, isFirst, several }: { readonly format: TextFormat; readonly isFirst: boolean; readonly several: boolean },
): string {
  if (format !== 'txt' || !several) return ''
  return (isFirst ? '' : '\n') + heading(transcript)
}

/** A table has one. */
function* withoutHeader(pieces: Iterable<string>): Generator<string> {
  let isFirst = true
  for (const piece of pieces) {
    yield isFirst ? piece.slice(piece.indexOf('\n') + 1) : piece
    isFirst = false
  }
}

/** `VIDEO_ID.LANGUAGE.txt`, whole or not at all; the path goes to stdout. */
function filesIn(
  folder: string,
  { output, texts: { formats, selection }, cwd }: Omit<TranscriptWriterOptions, 'folder'>,
): TranscriptWriter {
  return async (transcript) => {
    if (transcript.data === undefined) return
    for (const format of formats) {
      const file = join(folder, fileName(transcript, format))
      try {
        await writeWhole(resolve(cwd, file), writtenText(transcript, { ...selection, format }))
      } catch (cause) {
        const hint = 'Make room or give another folder, then continue with the command above.'
        throw cannotBeWritten({ what: `The file "${file}"`, hint, cause })
      }
      await output.write(`${file}\n`)
    }
  }
}

const fileName = ({ videoId, result }: Transcript, format: TextFormat): string =>
  [plainName(videoId), plainName(result?.language ?? 'und'), format].join('.')
