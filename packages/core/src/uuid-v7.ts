// Ids of jobs: UUID version 7, which sort by the time they were made. https://www.rfc-editor.org/rfc/rfc9562#section-5.7
import { randomUUID } from 'node:crypto'

/**
 * Makes a UUID version 7 from a moment (milliseconds since 1970) and 74 random bits: those of a UUID version 4, which
 * Node.js draws for many at a time, behind the moment and the version.
 */
export function uuidV7(now: number): string {
  const moment = now.toString(16).padStart(12, '0')
  return `${moment.slice(0, 8)}-${moment.slice(8)}-7${randomUUID().slice(15)}`
}
