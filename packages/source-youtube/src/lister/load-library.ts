// youtubei.js, which reads YouTube's pages of lists. It is large, so it is installed by those who want lists, and loaded by
// the first of them: docs/decisions/0062-lists-by-youtubei-js.md
import { TranscriptionError } from '@ytscriptify/core'
import type * as youtubei from 'youtubei.js'

export type Library = typeof youtubei

/**
 * Its warnings about parts of pages that it does not know are turned off, for the whole process: they come with every
 * change of YouTube's pages, and nobody but its makers can mend them.
 *
 * @throws {TranscriptionError} `invalid_input` where it is not installed.
 */
export async function loadLibrary(load: () => Promise<Library> = () => import('youtubei.js')): Promise<Library> {
  try {
    const library = await load()
    library.Log.setLevel(library.Log.Level.NONE)
    return library
  } catch (error) {
    throw isMissing(error) ? notInstalled(error) : error
  }
}

/** Anything else than its own absence is a fault that must show. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes("package 'youtubei.js'")

const notInstalled = (cause: unknown): TranscriptionError =>
  new TranscriptionError('invalid_input', 'Playlists and channels are read by youtubei.js, which is not installed.', {
    hint: 'Install it beside this package: npm install youtubei.js@18 (with --global, where the command is global).',
    cause,
  })
