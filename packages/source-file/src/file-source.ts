// fileSource(): transcripts from subtitle files in a folder.
import {
  TranscriptionError,
  chooseTrack,
  isOfLanguage,
  untilAborted,
  type FetchedTranscript,
  type Track,
  type TrackKind,
  type TranscriptRequest,
  type TranscriptSource,
  type VideoMetadata,
  type VideoRef,
} from '@ytscriptify/core'
import { createFolder } from './folder.ts'
import { idOfFileUrl } from './file-url.ts'
import { readSubtitles } from './read-subtitles.ts'
import type { SubtitleFile } from './subtitle-file.ts'

export interface FileSourceOptions {
  /** Where the files are. Nothing outside of it is read, whatever a URL or a link says. */
  readonly folder: string
  /** Names the source in stored rows. @default 'file' */
  readonly id?: string
  /**
   * Which URLs name a video, and by which id; its files are called by that id.
   * @default `file:` URLs within the folder, of a file or of a name without language and extension. Give `parseVideoId`
   *   of `@ytscriptify/source-youtube` for files that are named after videos of YouTube.
   */
  readonly parse?: (url: string) => string | undefined
  /** The language of files whose names do not say it, and the first choice of who asks for none. @default 'und' */
  readonly language?: string
  /** The kind of files whose names do not say it. @default 'manual' */
  readonly kind?: TrackKind
  /** The longest file that is read, in bytes. @default 16 MiB */
  readonly maxFileBytes?: number
}

export type FileSource = TranscriptSource & Required<Pick<TranscriptSource, 'tracks' | 'check'>>

/**
 * Reads transcripts from subtitle files: `ID.LANGUAGE.srt`, `.vtt` and `.json3`, and `Any title [ID].LANGUAGE.vtt` as
 * yt-dlp names them. `.generated` behind the language marks what a machine has heard.
 *
 * @throws {TranscriptionError} `invalid_input` for options that cannot be meant.
 */
export function fileSource(options: FileSourceOptions): FileSource {
  const { id = 'file', language = 'und', kind = 'manual' } = options
  const parse = options.parse ?? ((url: string) => idOfFileUrl(url, options.folder))
  const maxFileBytes = options.maxFileBytes ?? 16 * 1024 * 1024
  assertUsable({ ...options, language, maxFileBytes })
  const folder = createFolder({ folder: options.folder, language, kind })

  async function filesOf(videoId: string, signal: AbortSignal): Promise<readonly SubtitleFile[]> {
    signal.throwIfAborted()
    const files = await untilAborted(folder.filesOf(videoId), signal)
    if (files.length > 0) return files
    throw new TranscriptionError('video_unavailable', `There is no subtitle file of "${videoId.slice(0, 100)}".`, {
      hint: 'Put it into the folder of this source, named ID.LANGUAGE.srt, .vtt or .json3.',
    })
  }

  return {
    id,
    parse(url) {
      const videoId = parse(url)
      return videoId === undefined ? undefined : { videoId }
    },
    async admit(signal) {
      signal.throwIfAborted()
      return { release: () => undefined }
    },
    async fetch({ videoId }: VideoRef, { request, signal }): Promise<FetchedTranscript> {
      const files = await filesOf(videoId, signal)
      const file = choose(files, { videoId, request, language })
      assertNotTranslated(file, { videoId, request })
      const { keepFormatting = false } = request
      const segments = await readSubtitles(file, { maxFileBytes, keepFormatting, signal })
      return { language: file.language, kind: file.kind, segments, metadata: metadataOf(file) }
    },
    async tracks({ videoId }, { signal }): Promise<readonly Track[]> {
      const files = await filesOf(videoId, signal)
      const tracks = files.map((file): [string, Track] => [
        `${file.language} ${file.kind}`,
        { language: file.language, kind: file.kind },
      ])
      return [...new Map(tracks).values()]
    },
    async check({ signal }) {
      signal.throwIfAborted()
      await untilAborted(folder.check(), signal)
    },
  }
}

interface Choice {
  readonly videoId: string
  readonly request: TranscriptRequest
  readonly language: string
}

/** Who asks for no language gets the spoken one: what yt-dlp marks as the original, else the one that the options name. */
function choose(files: readonly SubtitleFile[], { videoId, request, language }: Choice): SubtitleFile {
  const originals = files.filter(({ isOriginal }) => isOriginal).map((file) => file.language)
  const others = files.map((file) => file.language)
  return chooseTrack({ videoId, tracks: files, request, spoken: [...originals, language, ...others] })
}

/** @throws {TranscriptionError} `not_translatable`: a file is what it is. */
function assertNotTranslated({ language }: SubtitleFile, { videoId, request }: Omit<Choice, 'language'>): void {
  const { translateTo } = request
  if (translateTo === undefined || isOfLanguage(language, translateTo)) return
  const message = `The subtitle file of "${videoId.slice(0, 100)}" in "${language}" cannot be translated into "${translateTo}".`
  throw new TranscriptionError('not_translatable', message, {
    hint: 'Ask for a language that there is a file in, or another source for a translation.',
  })
}

const metadataOf = ({ title, name, format }: SubtitleFile): VideoMetadata => ({
  ...(title !== undefined && { title }),
  provenance: { file: name, format },
})

interface Checked {
  readonly folder: string
  readonly language: string
  readonly maxFileBytes: number
}

function assertUsable({ folder, language, maxFileBytes }: Checked): void {
  if (folder === '') throw new TranscriptionError('invalid_input', 'folder must name the folder of the subtitle files.')
  if (!Number.isFinite(maxFileBytes) || maxFileBytes < 1)
    throw new TranscriptionError('invalid_input', 'maxFileBytes must be a number of at least 1.')
  try {
    Intl.getCanonicalLocales(language)
  } catch (cause) {
    throw new TranscriptionError('invalid_input', `language: "${language}" is not a well-formed language tag.`, {
      cause,
    })
  }
}
