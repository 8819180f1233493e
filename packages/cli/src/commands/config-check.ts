// ytscriptify config check: the settings in effect and where each comes from, and every mistake in them.
import { TranscriptionError } from '@ytscriptify/core'
import type { OutputContext } from '../command-context.ts'
import { callbackMistakes } from '../callback-mistakes.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { table } from '../output/table.ts'
import { walkChecklist } from '../production/walk-checklist.ts'
import { serverMistakes } from '../serve/server-mistakes.ts'
import type { GivenSetting } from '../settings/given-settings.ts'
import { findSettings } from '../settings/read-settings.ts'
import { shownValue } from '../settings/redacted.ts'
import { SETTING_NAMES, settingEntry, type SettingName } from '../settings/setting-list.ts'

export interface ConfigCheckOptions {
  /** Whether to walk the checklist of a server in production as well. */
  readonly production?: boolean
}

/** Prints what it found before it complains, so that the mistake can be seen in its place. */
export async function configCheck(
  { production = false }: ConfigCheckOptions,
  { surroundings, output, screen }: OutputContext,
): Promise<ExitCode> {
  const found = findSettings(surroundings)
  const rows = SETTING_NAMES.map((name) => {
    const { about, default: otherwise } = settingEntry(name)
    const value = found.given[name]?.value ?? otherwise
    return [name, value === undefined ? '-' : shownValue(name, value), sourceOf(name, found.given[name]), about]
  })
  await output.write(table(['SETTING', 'VALUE', 'SOURCE', 'WHAT IT IS'], rows))
  for (const notice of found.notices) screen.line(`${screen.paint.yellow('notice:')} ${notice}`)

  const issues = [...found.issues, ...callbackMistakes(found.given), ...serverMistakes(found.given)]
  if (issues.length > 0) {
    const message = `${issues.length === 1 ? 'One setting' : `${issues.length} settings`} cannot be used.`
    throw new TranscriptionError('invalid_input', message, { issues, hint: 'Correct the environment or .env.' })
  }
  if (production && found.settings)
    return walkChecklist({ given: found.given, settings: found.settings }, { surroundings, output, screen })
  screen.line(screen.paint.green('The configuration is fine.'))
  return EXIT.done
}

function sourceOf(name: SettingName, given: GivenSetting | undefined): string {
  if (!given) return settingEntry(name).default === undefined ? 'not set' : 'default'
  return given.variable === name ? given.place : `${given.place} (${given.variable})`
}
