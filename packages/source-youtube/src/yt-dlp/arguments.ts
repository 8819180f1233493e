// The command lines. Whatever comes from outside is a checked id or a checked key, and stands behind `--` or behind the
// option whose value it is.
import type { YtDlpTrack } from './video-info.ts'

/** Nobody's configuration changes what it does, and nothing but the answer is printed. One try: the engine has its own. */
const COMMON = [
  '--ignore-config',
  '--no-progress',
  '--no-playlist',
  '--skip-download',
  // Captions may be had where no format of the video can.
  '--ignore-no-formats-error',
  '--retries',
  '0',
  '--extractor-retries',
  '0',
  '--socket-timeout',
  '15',
] as const

/**
 * Prints what is known of a video as one JSON object.
 *
 * @param options.withTranslations - Whether it lists what YouTube translates manual captions into: some thousand entries.
 */
export const infoArguments = (videoId: string, { withTranslations = false } = {}): string[] => [
  ...COMMON,
  '--dump-single-json',
  // They download nothing here; but with them it says which captions it leaves out, and why.
  '--write-subs',
  '--write-auto-subs',
  // What only the formats of the video need.
  '--extractor-args',
  withTranslations ? 'youtube:skip=hls,dash' : 'youtube:skip=hls,dash,translated_subs',
  '--',
  `https://www.youtube.com/watch?v=${videoId}`,
]

/** Writes the text of one track into the working directory, by what {@link infoArguments} had printed. */
export const textArguments = (
  { key, kind }: Pick<YtDlpTrack, 'key' | 'kind'>,
  { infoFile }: { readonly infoFile: string },
): string[] => [
  ...COMMON,
  '--quiet',
  // A text that fails is reported, and does not start the whole video anew.
  '--ignore-errors',
  kind === 'manual' ? '--write-subs' : '--write-auto-subs',
  '--sub-format',
  'json3',
  '--sub-langs',
  key,
  '--output',
  'text.%(ext)s',
  '--load-info-json',
  infoFile,
]
