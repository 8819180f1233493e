// What the processes of a run believed: one file for each process, a line at a time.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One line of what a process believes. The file is opened and closed for each, so that a kill loses at most this one. */
export function createLog(folder, name) {
  const file = join(folder, `${name}.log`)
  return (entry) => appendFileSync(file, `${JSON.stringify(entry)}\n`)
}

export function readLogs(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    )
}
