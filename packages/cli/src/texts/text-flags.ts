// The flags that say what texts come as, wherever the command gives texts.
import { TranscriptionError } from '@ytscriptify/core'
import {
  TEXT_FORMATS,
  TEXT_VIEWS,
  parseMoment,
  textOptionIssues,
  type ChunkOptions,
  type TextFormat,
  type TextOptionPlace,
  type TextSelection,
  type TextView,
} from '@ytscriptify/core/text'
import { InvalidArgumentError, Option, type Command } from 'commander'

export interface TextFlags {
  readonly json?: boolean
  readonly format?: readonly TextFormat[]
  readonly view?: TextView
  /** Milliseconds, as the end is. */
  readonly start?: number
  readonly end?: number
  readonly chunkSeconds?: number
  readonly chunkTokens?: number
  readonly chunkOverlap?: number
}

/** What texts come as. */
export interface WantedTexts {
  /** One at least. */
  readonly formats: readonly TextFormat[]
  readonly selection: TextSelection
}

export const addTextFlags = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--format <formats>',
        `${FORMATS.join(', ')}; several, separated by commas, as files (default: txt)`,
      ).argParser(formats),
    )
    .addOption(new Option('--json', 'one line of JSON per video, as --format json').conflicts('format'))
    .addOption(
      new Option('--view <view>', 'what a text is made of (default: what fits the format)').choices(TEXT_VIEWS),
    )
    .option('--start <moment>', 'only what is heard from then on: 90, 1:30 or 1m30s', moment)
    .option('--end <moment>', 'only what is heard before then', moment)
    .addOption(
      new Option('--chunk-seconds <n>', 'chunks for retrieval, of so many seconds; in jsonl (default then) or json')
        .argParser(wholeNumber)
        .conflicts('chunkTokens'),
    )
    .addOption(new Option('--chunk-tokens <n>', 'the same, of so many estimated tokens').argParser(wholeNumber))
    .option('--chunk-overlap <n>', 'how much of a chunk the next one repeats', wholeNumber)

/**
 * What the flags ask for.
 *
 * @param otherwise - The formats of texts that are not named.
 * @throws {TranscriptionError} `invalid_input` for what does not go together.
 */
export function wantedTexts(
  flags: TextFlags,
  { otherwise }: { readonly otherwise: readonly TextFormat[] },
): WantedTexts {
  const { json = false, format, view, start, end } = flags
  const chunks = chunksOf(flags)
  const unnamed = chunks ? (['jsonl'] as const) : otherwise
  const wanted: readonly TextFormat[] = json ? ['json'] : (format ?? unnamed)
  const selection = {
    ...(view && { view }),
    ...(start !== undefined && { startMs: start }),
    ...(end !== undefined && { endMs: end }),
    ...(chunks && { chunks }),
  }
  for (const each of wanted) {
    const [issue] = textOptionIssues({ ...selection, format: each })
    if (issue) throw badFlag(flagOf(issue.place, flags), issue.message)
  }
  return { formats: wanted, selection }
}

function chunksOf({ chunkSeconds, chunkTokens, chunkOverlap }: TextFlags): ChunkOptions | undefined {
  const overlap = chunkOverlap ?? 0
  if (chunkSeconds !== undefined) return { unit: 'seconds', size: chunkSeconds, overlap }
  if (chunkTokens !== undefined) return { unit: 'tokens', size: chunkTokens, overlap }
  if (chunkOverlap === undefined) return undefined
  throw badFlag('--chunk-overlap', 'Only chunks overlap: give --chunk-seconds or --chunk-tokens too')
}

/** The flags again, for a command line that goes on. */
export const textArguments = (flags: TextFlags): readonly string[] => [
  ...(flags.json ? ['--json'] : []),
  ...(flags.format ? ['--format', flags.format.join(',')] : []),
  ...(flags.view ? ['--view', flags.view] : []),
  ...numbered('--start', flags.start, 1_000),
  ...numbered('--end', flags.end, 1_000),
  ...numbered('--chunk-seconds', flags.chunkSeconds),
  ...numbered('--chunk-tokens', flags.chunkTokens),
  ...numbered('--chunk-overlap', flags.chunkOverlap),
]

const numbered = (flag: string, value: number | undefined, unit = 1): readonly string[] =>
  value === undefined ? [] : [flag, String(value / unit)]

export function badFlag(flag: string, message: string): TranscriptionError {
  return new TranscriptionError('invalid_input', `${flag}: ${message}.`, {
    hint: 'Look up the flags with --help, and what goes together in docs/text.md.',
    issues: [{ path: [flag], code: 'invalid_input', message }],
  })
}

function flagOf(place: TextOptionPlace, { chunkTokens, json }: TextFlags): string {
  switch (place) {
    case 'startMs':
      return '--start'
    case 'endMs':
      return '--end'
    case 'overlap':
      return '--chunk-overlap'
    case 'chunks':
      return chunkTokens === undefined ? '--chunk-seconds' : '--chunk-tokens'
    case 'format':
      return json ? '--json' : '--format'
  }
}

const isFormat = (name: string): name is TextFormat => Object.hasOwn(TEXT_FORMATS, name)

const FORMATS: readonly TextFormat[] = Object.keys(TEXT_FORMATS).filter(isFormat)

function formats(text: string): readonly TextFormat[] {
  const names = new Set(text.split(',').map((name) => name.trim()))
  return [...names].map((name) => {
    if (isFormat(name)) return name
    throw new InvalidArgumentError(`Give some of ${FORMATS.join(', ')}.`)
  })
}

function moment(text: string): number {
  const ms = parseMoment(text)
  if (ms === undefined) throw new InvalidArgumentError('Write a moment like 90, 1:30 or 1m30s.')
  return ms
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}
