// The place in the list of jobs, as callers carry it from page to page.
import { z } from 'zod'
import { TranscriptionError } from './errors.ts'
import type { JobCursor } from './storage.ts'

/** The last moment that a Date can hold. */
const LAST_MOMENT = 8.64e15

const cursor = z.tuple([z.int().min(0).max(LAST_MOMENT), z.string()])

/** Writes a place in the list as one opaque word. */
export const cursorOf = ({ createdAt, id }: JobCursor): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url')

/** @throws {TranscriptionError} `invalid_input` when the text is not a cursor that a page gave. */
export function parseCursor(text: string): JobCursor {
  try {
    const [createdAt, id] = cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { createdAt: new Date(createdAt), id }
  } catch (cause) {
    const message = 'is not a cursor; take it from the page before'
    throw new TranscriptionError('invalid_input', `cursor: ${message}.`, {
      cause,
      issues: [{ path: ['cursor'], code: 'invalid_input', message }],
    })
  }
}
