// Names of files, made of titles that strangers chose.
import type { DescribedVideo } from './described-video.ts'

/**
 * `Title [VIDEO_ID].LANGUAGE.EXTENSION`: a name that every system takes, whatever the title is. It leads into no folder, hides
 * nothing, and has 200 bytes at most.
 */
export function fileNameOf({ videoId, result }: DescribedVideo, extension: string): string {
  const title = safeTitle(result?.metadata.title ?? '')
  const language = (result?.language ?? '').replace(/[^\w-]/g, '_').slice(0, 35)
  return `${title}${title === '' ? '' : ' '}[${plainName(videoId)}]${language === '' ? '' : `.${language}`}.${extension}`
}

/** Letters, digits, `-` and `_` alone. */
export const plainName = (text: string): string => text.replace(/[^\w-]/g, '_').slice(0, 50)

function safeTitle(title: string): string {
  const plain = title
    .normalize('NFC')
    .replace(UNSAFE, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .~-]+/, '')
  // Windows takes no space or point at the end of a name.
  return shortened(plain, MOST_BYTES).replace(/[ .]+$/, '')
}

/** What means something to a file system or a shell, and what is not seen: controls, marks of direction, halves of pairs. */
const UNSAFE = /[<>:"/\\|?*\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu

/** The other parts of a name have up to 99; file systems take 255. */
const MOST_BYTES = 100

/** Cut between characters as people see them. */
function shortened(text: string, bytes: number): string {
  let kept = ''
  let left = bytes
  for (const { segment } of CHARACTERS.segment(text.slice(0, bytes))) {
    left -= new TextEncoder().encode(segment).length
    if (left < 0) break
    kept += segment
  }
  return kept
}

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
