// The settings as a .env to be copied: nothing is set until its hash is taken away.
import { SETTING_GROUPS, SETTING_NAMES, settingEntry, type SettingName } from './setting-list.ts'

export function exampleEnvironment(): string {
  const groups = SETTING_GROUPS.map((group) => {
    const names = SETTING_NAMES.filter((name) => settingEntry(name).group === group)
    return `\n# --- ${group} ---\n${names.map((name) => `\n${linesOf(name)}`).join('')}`
  })
  return `${HEAD}${groups.join('')}`
}

function linesOf(name: SettingName): string {
  const { about, example, default: otherwise, secret, fromFile } = settingEntry(name)
  const sentences = [
    `${about.charAt(0).toUpperCase()}${about.slice(1)}.`,
    ...(fromFile ? [`Or ${name}_FILE, the name of a file that has it.`] : []),
    ...(secret ? [`Write it like ${example}`] : []),
    ...(otherwise !== undefined && otherwise !== example ? [`For example ${example}`] : []),
  ]
  const value = secret ? '' : (otherwise ?? example)
  return `# ${sentences.join(' ')}\n#${name}=${/[\s#]/.test(value) ? `"${value}"` : value}\n`
}

const HEAD = `# Settings of ytscriptify. Copy this file to .env, and take the hash away from what you change.
# The environment wins over .env. What stands here is the default, or an example where there is none.
# "ytscriptify config check" shows what is in effect; with --production it walks the checklist, too.
`
