// Remembers by content what was made from what, so that a step is skipped exactly when nothing has changed.
// Modification times would not do: git gives every file of a fresh checkout the same one.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './run.mjs'

/** A hash of files and of whole folders, by path and content. A missing one counts as empty. */
export function contentHash(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesOf)) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesOf(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** A stamp lives in node_modules, and so goes with it: whoever deletes that folder starts from nothing. */
const stampFile = (name) => join(root, 'node_modules', '.cache', 'ytscriptify', `${name.replaceAll('/', '+')}.json`)

/** @returns {Record<string, string> | undefined} */
export function readStamp(name) {
  try {
    return JSON.parse(readFileSync(stampFile(name), 'utf8'))
  } catch (error) {
    // Half-written by a process that was killed: as good as none.
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}

export function writeStamp(name, stamp) {
  mkdirSync(dirname(stampFile(name)), { recursive: true })
  writeFileSync(stampFile(name), JSON.stringify(stamp))
}
