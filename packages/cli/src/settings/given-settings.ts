// What was given, and where: the environment, then `.env` of the working directory; as a value, or as a file that has it.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { InputIssue } from '@ytscriptify/core'
import { ALIASES, SETTING_NAMES, settingEntry, type SettingName } from './setting-list.ts'

/** A setting that was given, and where. */
export interface GivenSetting {
  readonly value: string
  /** As it was written there: the name of the setting, its alias, or either with `_FILE`. */
  readonly variable: string
  readonly place: Place
}

export type Place = 'environment' | '.env'

export type GivenSettings = Partial<Record<SettingName, GivenSetting>>

export interface SettingsOrigin {
  readonly env: Values
  readonly cwd: string
}

type Values = Readonly<Record<string, string | undefined>>

export interface FoundValues {
  readonly given: GivenSettings
  /** What is written in `.env`. */
  readonly dotenv: Values
  readonly issues: readonly InputIssue[]
}

/** The real environment wins over `.env`, and a name of ours over its alias. An empty value counts as none. */
export function findGiven({ env, cwd }: SettingsOrigin): FoundValues {
  const dotenv = readDotenv(cwd)
  const issues = [...dotenv.issues]
  const given: GivenSettings = {}
  for (const name of SETTING_NAMES) {
    const setting = lookUp(name, { environment: env, '.env': dotenv.values }, cwd, issues)
    if (setting) given[name] = setting
  }
  return { given, dotenv: dotenv.values, issues }
}

export const dotenvFile = (cwd: string): string => join(cwd, '.env')

function readDotenv(cwd: string): { readonly values: Values; readonly issues: readonly InputIssue[] } {
  const file = dotenvFile(cwd)
  try {
    // Editors on Windows begin a file with a byte order mark, which would become part of the first name.
    const text = readFileSync(file, 'utf8').replace(/^\ufeff/, '')
    return { values: parseEnv(text), issues: [] }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    if (error.code === 'ENOENT') return { values: {}, issues: [] }
    return { values: {}, issues: [issueOf('.env', `${file} cannot be read: ${error.message}`)] }
  }
}

const PLACES = ['environment', '.env'] as const satisfies readonly Place[]

function lookUp(
  name: SettingName,
  values: Record<Place, Values>,
  cwd: string,
  issues: InputIssue[],
): GivenSetting | undefined {
  for (const variable of [name, ALIASES[name]]) {
    if (variable === undefined) continue
    for (const place of PLACES) {
      const value = values[place][variable]?.trim()
      const file = settingEntry(name).fromFile ? values[place][`${variable}_FILE`]?.trim() : undefined
      if (value && file)
        issues.push(issueOf(name, `${variable} and ${variable}_FILE (${place}) are both given; keep one`))
      if (value) return { value, variable, place }
      if (file) return fromFile(`${variable}_FILE`, resolve(cwd, file), place, issues)
    }
  }
  return undefined
}

function fromFile(variable: string, file: string, place: Place, issues: InputIssue[]): GivenSetting | undefined {
  try {
    const value = readFileSync(file, 'utf8').trim()
    if (value) return { value, variable, place }
    issues.push(issueOf(variable, `${variable} (${place}) names ${file}, which is empty`))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    issues.push(issueOf(variable, `${variable} (${place}) cannot be read: ${error.message}`))
  }
  return undefined
}

const issueOf = (path: string, message: string): InputIssue => ({ path: [path], code: 'invalid_input', message })
