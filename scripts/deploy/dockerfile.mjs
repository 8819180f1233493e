// Reads a Dockerfile, as far as ours goes: instructions, stages, and what .dockerignore lets into the build.

/**
 * @typedef {{ name: string, text: string, line: number }} Instruction `text` is what follows the name, on one line.
 * @typedef {{ name: string, image: string, instructions: Instruction[] }} Stage
 */

/** @returns {{ args: Record<string, string>, stages: Stage[] }} `args`: the defaults of what stands before the first FROM. */
export function parseDockerfile(text) {
  const args = {}
  const stages = []
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'FROM') stages.push(stageOf(instruction))
    else if (stages.length === 0) Object.assign(args, assignmentsOf(instruction.text))
    else stages.at(-1).instructions.push(instruction)
  }
  return { args, stages }
}

function instructionsOf(text) {
  const found = []
  let continued = false
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const part = line.replace(/\\$/, '').trim()
    if (continued) found.at(-1).text += ` ${part}`
    else {
      const [, name, rest] = /^(\w+)\s+(.*)$/.exec(part)
      found.push({ name: name.toUpperCase(), text: rest, line: index + 1 })
    }
    continued = line.endsWith('\\')
  }
  return found
}

function stageOf({ text, line }) {
  const match = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(text)
  if (!match) throw new Error(`Line ${line}: FROM ${text} is not understood.`)
  return { image: match[1], name: match[2] ?? '', instructions: [] }
}

/** Those of a stage with this name, in their order. */
export const named = (stage, name) => stage.instructions.filter((instruction) => instruction.name === name)

/** `HOST=0.0.0.0 PORT=5000` */
export const assignmentsOf = (text) =>
  Object.fromEntries(
    [...text.matchAll(/(\S+?)=("[^"]*"|\S*)/g)].map(([, name, value]) => [name, value.replace(/^"|"$/g, '')]),
  )

/** `["node", "main.js"]`, or nothing where a shell would have to read it. */
export function execForm(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `--from=build src target`: flags, sources and the target of a COPY. */
export function copyOf({ text }) {
  const words = text.split(/\s+/)
  const flags = Object.fromEntries(
    words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('=', 2)),
  )
  const paths = words.filter((word) => !word.startsWith('--'))
  return { flags, sources: paths.slice(0, -1), target: paths.at(-1) }
}

/**
 * What .dockerignore lets through. Of all patterns that fit a path or a folder above it, the last decides.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function dockerignore(text) {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ lets: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }))
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.lets ?? true
}

function patternOf(glob) {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(
      /\*\*\/|\*\*|\*|\?/g,
      (wildcard) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[wildcard],
    )
  return new RegExp(`^${source}(?:/|$)`)
}
