// A copy of the built command in which something is changed: a guard is taken out, waits are shortened, or the next schema
// is brought along. What cannot be changed as it should is an error, so that no run is about other code than it says.
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GUARDS } from './guards.mjs'
import { nextSchema } from './next-schema.mjs'
import { SHORT_WAITS } from './short-waits.mjs'

const COMMAND = fileURLToPath(new URL('../packages/cli', import.meta.url))

/**
 * @param {readonly string[]} alterations - Names: that of a guard, `short waits`, or `schema + 2`. Without any, nothing is
 *   copied.
 * @param {string} folder - Where copies are put. It has to be there.
 * @returns {string} the path of the program.
 */
export function commandWith(alterations, folder) {
  if (alterations.length === 0) return join(COMMAND, 'dist', 'main.js')
  const copy = join(folder, `command, ${alterations.join(', ')}`)
  const dist = join(copy, 'dist')
  mkdirSync(copy)
  cpSync(join(COMMAND, 'dist'), dist, { recursive: true, filter: (path) => !path.endsWith('.map') })
  cpSync(join(COMMAND, 'package.json'), join(copy, 'package.json'))
  // What the command does not bundle is found where it is installed.
  symlinkSync(join(COMMAND, 'node_modules'), join(copy, 'node_modules'), 'junction')
  for (const name of alterations) alter(dist, name)
  return join(dist, 'main.js')
}

/** All patterns of an alteration match exactly once, so that code that has moved is noticed. */
function alter(dist, name) {
  for (const [pattern, replacement] of patternsOf(name)) {
    const found = readdirSync(dist)
      .filter((file) => file.endsWith('.js'))
      .map((file) => ({ file: join(dist, file), text: readFileSync(join(dist, file), 'utf8') }))
      .flatMap(({ file, text }) => [...text.matchAll(new RegExp(pattern, 'g'))].map(() => ({ file, text })))
    const [only] = found
    if (!only || found.length > 1)
      throw new Error(`"${name}" is not what it was: ${pattern} matches ${found.length} times in the built command.`)
    writeFileSync(only.file, only.text.replace(pattern, replacement))
  }
}

function patternsOf(name) {
  const ahead = /^schema \+ (\d+)$/.exec(name)?.[1]
  if (ahead !== undefined) return nextSchema(Number(ahead))
  if (name === 'short waits') return SHORT_WAITS
  const patterns = GUARDS[name]
  if (!patterns) throw new Error(`There is no guard "${name}"; there are: ${Object.keys(GUARDS).join(', ')}.`)
  return patterns
}
