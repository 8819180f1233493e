// file: URLs within the folder.
import { posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInside } from './folder.ts'
import { parseSubtitleName } from './subtitle-file.ts'

/**
 * The id of the video that a `file:` URL names: the path from the folder on, without language and extension. Both the
 * path from the root (`file:///srv/subtitles/talks/one.en.srt`) and the one from the folder (`file:talks/one`) are taken.
 *
 * @returns `undefined` for what is no `file:` URL, or leads out of the folder.
 */
export function idOfFileUrl(url: string, folder: string): string | undefined {
  const path = pathOf(url.trim(), folder)
  if (path === undefined || !isInside(path)) return undefined
  const [id] = parseSubtitleName(posix.basename(path))?.ids ?? [posix.basename(path)]
  return id === undefined ? undefined : posix.join(posix.dirname(path), id)
}

function pathOf(url: string, folder: string): string | undefined {
  if (!/^file:./i.test(url) || url.length > LONGEST_URL) return undefined
  try {
    const path = url.slice('file:'.length)
    if (!path.startsWith('/')) return decodeURIComponent(path)
    return relative(resolve(folder), fileURLToPath(url)).split(sep).join('/')
  } catch {
    // It is not well-formed, or names another machine.
    return undefined
  }
}

const LONGEST_URL = 4096
