// What the built command says of itself: its subcommands, their flags, and the settings with their defaults.
import { join } from 'node:path'
import { root, run } from '../lib/run.mjs'

const MAIN = join(root, 'packages/cli/dist/main.js')

/** `NAME=value` and `# NAME=value`: `config example` has a line for each setting. */
const SETTING_LINE = /^(?:#\s*)?([A-Z][A-Z0-9_]+)=(.*)$/gm

async function settings() {
  const { ok, output } = await run([process.execPath, MAIN, 'config', 'example'])
  if (!ok) throw new Error(output)
  return Object.fromEntries([...output.matchAll(SETTING_LINE)].map(([, name, value]) => [name, value]))
}

export const settingNames = async () => Object.keys(await settings())

export const defaultOf = async (name) => (await settings())[name]

/**
 * What is wrong with a command line of ours: a subcommand or a flag that there is not.
 *
 * @param {string[]} words - Without `ytscriptify`.
 */
export async function commandProblems(words) {
  const isGroup = ['config', 'keys', 'inspect'].includes(words[0])
  const name = ['ytscriptify', ...words.slice(0, isGroup ? 2 : 1)].join(' ')
  const { output } = await run([process.execPath, MAIN, ...words.slice(0, isGroup ? 2 : 1), '--help'])
  // Of a subcommand that it does not know, the command explains all.
  if (!output.startsWith(`Usage: ${name} `)) return [`there is no "${name}"`]
  return words
    .filter((word) => word.startsWith('--'))
    .map((word) => word.split('=')[0])
    .filter((flag) => !new RegExp(`${flag}\\b`).test(output))
    .map((flag) => `"${name}" has no ${flag}`)
}
