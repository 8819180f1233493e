// What the guides of operators are taken apart into, so that tests can try it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export interface Guide {
  readonly text: string
  /** The code of all blocks in this language. */
  blocksOf(language: string): string[]
  /** Command lines of ours: `jobs --status failed`. */
  readonly commands: readonly string[]
  /** Words in capitals that are meant as a setting: they have an underscore, or are given a value. */
  readonly settings: readonly string[]
  /** Paths of the project, from its root: files of deploy/, and pages that are linked to. */
  readonly files: readonly string[]
  /** The headings, as links name them. */
  readonly anchors: readonly string[]
  /** The headings of the same page that are linked to. */
  readonly anchorsNamed: readonly string[]
}

/** @param path - From the root of the project. */
export function readGuide(path: string): Guide {
  const text = readFileSync(join(root, path), 'utf8')
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([whole, part = whole]) => part)
  return {
    text,
    blocksOf: (language) => all(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms')),
    commands: distinct(commandsIn(text)),
    settings: distinct(all(/\b[A-Z]+(?:_[A-Z]+)+\b|\b[A-Z]{2,}(?==)/g)),
    files: distinct([
      ...all(/\bdeploy\/[\w./@-]*\w/g),
      ...all(/\]\((?!https?:|#)([^)#]+)/g).map((link) => join(path, '..', link)),
    ]),
    anchors: all(/^#+ (.*)$/gm).map(anchorOf),
    anchorsNamed: all(/\]\(#([^)]+)\)/g),
  }
}

/** In blocks and within sentences, but where a package, a unit, a container or a file of that name is meant. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/(?<=^|[`\s])(?<!--filter )ytscriptify ((?!ytscriptify)[a-z]+(?![@\w-])[^`|>\n]*)/gm)].map(
    ([, command = '']) => command.trim(),
  )

/** As GitHub makes them. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)]
