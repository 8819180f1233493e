// An append-only file of what happened, an entry on each line, kept by whoever watches and never by the engine.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export interface Journal<Entry> {
  /** Is in the file when this returns, whatever becomes of this process. */
  write(entry: Entry): void
  /** Everything that was written, read from the file. */
  entries(): readonly Entry[]
  close(): void
}

export function openJournal<Entry>(file: string): Journal<Entry> {
  const descriptor = openSync(file, 'a')
  return {
    write: (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`),
    entries: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Entry),
    close: () => closeSync(descriptor),
  }
}
