// The folder with the files: finds those of a video, and never leaves it.
import { readdir, realpath } from 'node:fs/promises'
import { join, posix, resolve, sep } from 'node:path'
import { TranscriptionError, type TrackKind } from '@ytscriptify/core'
import { errorCodeOf } from './error-code.ts'
import { SUBTITLE_FORMATS, parseSubtitleName, type SubtitleFile } from './subtitle-file.ts'

export interface Folder {
  /** The tracks of a video, the best format of each first. */
  filesOf(videoId: string): Promise<readonly SubtitleFile[]>
  /** @throws {TranscriptionError} `source_unreachable` when it cannot be read. */
  check(): Promise<void>
}

export interface FolderOptions {
  readonly folder: string
  /** Of files whose names do not say it. */
  readonly language: string
  /** Of files whose names do not say it. */
  readonly kind: TrackKind
}

export function createFolder({ folder, language, kind }: FolderOptions): Folder {
  const root = resolve(folder)

  /** What stands in a subfolder, with its real path; nothing where that leads out of the folder, or is not there. */
  async function look(subfolder: string): Promise<{ readonly path: string; readonly names: readonly string[] }> {
    try {
      const [realRoot, path] = await Promise.all([realpath(root), realpath(join(root, subfolder))])
      const names = path === realRoot || path.startsWith(realRoot + sep) ? await readdir(path) : []
      return { path, names }
    } catch (error) {
      if (subfolder !== '.' && ABSENT.has(errorCodeOf(error) ?? '')) return { path: root, names: [] }
      throw unreadable(error)
    }
  }

  return {
    async filesOf(videoId) {
      if (!isInside(videoId)) return []
      const { path, names } = await look(posix.dirname(videoId))
      return names
        .map((name) => parseSubtitleName(name))
        .filter((file) => file !== undefined)
        .filter(({ ids }) => ids.includes(posix.basename(videoId)))
        .map(({ ids: _ids, ...file }) => ({
          ...file,
          language: file.language ?? language,
          kind: file.kind ?? kind,
          path: join(path, file.name),
        }))
        .toSorted((a, b) => byFormat(a, b) || (a.name < b.name ? -1 : 1))
    },
    async check() {
      await look('.')
    },
  }
}

const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'])

const byFormat = (a: SubtitleFile, b: SubtitleFile): number =>
  SUBTITLE_FORMATS.indexOf(a.format) - SUBTITLE_FORMATS.indexOf(b.format)

/** A relative path that goes nowhere but down. */
export const isInside = (path: string): boolean =>
  !/[\\\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

function unreadable(cause: unknown): TranscriptionError {
  const code = errorCodeOf(cause)
  const why = code === undefined ? '' : ` (${code})`
  return new TranscriptionError('source_unreachable', `The folder of the subtitle files cannot be read${why}.`, {
    cause,
    hint: 'Check that the folder exists, and that this user may read it.',
  })
}
