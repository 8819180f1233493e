// A log file: appended to, line by line, so that a line which was logged survives the process. Opened anew for rotation.
import { closeSync, openSync, writeSync } from 'node:fs'
import { cannotBeWritten } from '../output/cannot-be-written.ts'
import type { LineSink } from './log.ts'

export interface LogFile extends LineSink {
  /**
   * Opens the file anew: after it was moved away, the next line begins a new one. Where a tool copies and truncates it
   * instead, nothing needs to be done: each line goes to the end, wherever that is.
   */
  reopen(): void
  close(): void
}

/**
 * A disk that is full is no reason to stop serving: lines are dropped then, which `trouble` hears of once, and again
 * when they are written.
 *
 * @throws {TranscriptionError} `invalid_input` when the file cannot be opened.
 */
export function openLogFile(file: string, { trouble }: { readonly trouble: (message: string) => void }): LogFile {
  let descriptor = openAt(file)
  let dropped = 0

  return {
    write(line) {
      const text = dropped > 0 ? `\n${line}` : line // What was cut off ends here.
      try {
        writeAll(descriptor, text)
      } catch (error) {
        if (dropped++ === 0) trouble(`The log file cannot be written, so lines are dropped: ${reasonOf(error)}`)
        return
      }
      if (dropped > 0) trouble(`The log file is written again; ${dropped} lines were dropped.`)
      dropped = 0
    },

    reopen() {
      try {
        const fresh = openAt(file)
        closeSync(descriptor)
        descriptor = fresh
      } catch (error) {
        trouble(`The log file cannot be opened anew, so the old one is written: ${reasonOf(error)}`)
      }
    },

    close() {
      closeSync(descriptor)
    },
  }
}

function openAt(file: string): number {
  try {
    return openSync(file, 'a', 0o640)
  } catch (error) {
    throw cannotBeWritten({
      what: `The log file ${file}`,
      hint: 'LOG_FILE names it; correct that, or its folder.',
      cause: error,
    })
  }
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
