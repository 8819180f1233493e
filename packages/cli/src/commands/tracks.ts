// ytscriptify tracks: which caption tracks a video offers now.
import {
  errorJson,
  isTranscriptionError,
  listTracks,
  systemClock,
  toErrorRecord,
  tracksJson,
  type Track,
} from '@ytscriptify/core'
import type { CommandContext } from '../command-context.ts'
import { withKnownStorage } from '../existing-storage.ts'
import { EXIT, exitCodeOfError, type ExitCode } from '../exit-codes.ts'
import { openSource } from '../open-source.ts'
import { printError } from '../output/print-error.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'

export interface TracksFlags {
  readonly json?: boolean
  readonly verbose?: boolean
}

export async function tracks(
  url: string,
  { json, verbose = false }: TracksFlags,
  { settings, output, screen }: CommandContext,
): Promise<ExitCode> {
  const onOlderSchema = (notice: string): void => screen.line(`${screen.paint.yellow('notice:')} ${notice}`)
  try {
    const source = openSource(settings)
    const found = await withKnownStorage(settings.database, { onOlderSchema }, (storage) =>
      listTracks(url, { source, storage, clock: systemClock }),
    )
    if (json) await output.write(`${JSON.stringify(tracksJson(found))}\n`)
    else await output.write(table(['LANGUAGE', 'KIND', 'NAME', 'TRANSLATED TO'], found.tracks.map(row)))
    return EXIT.done
  } catch (error) {
    // What is wrong with the video or with the way to it is no fault of ours, and none of the command line.
    if (!isTranscriptionError(error) || error.code === 'internal' || exitCodeOfError(error) === EXIT.usage) throw error
    if (json) await output.write(`${JSON.stringify({ error: errorJson(toErrorRecord(error)) })}\n`)
    printError(error, { screen, verbose })
    return error.retryable ? EXIT.tryLater : EXIT.allFailed
  }
}

const row = ({ language, kind, name, ...translation }: Track): string[] => [
  printable(language),
  kind,
  name === undefined ? '-' : printable(name),
  translations(translation),
]

/** Of the languages that YouTube translates into, as many as fit into a line. */
const MOST_NAMED = 6

function translations({ translatable, translatesTo = [] }: Pick<Track, 'translatable' | 'translatesTo'>): string {
  if (translatable === undefined) return 'not known'
  if (!translatable || translatesTo.length === 0) return '-'
  const more = translatesTo.length - MOST_NAMED
  const named = translatesTo.slice(0, MOST_NAMED).map(printable).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
