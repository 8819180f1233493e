// ytscriptify config check: the settings in effect and where each comes from, and every mistake in them.
import { TranscriptionError } from '@ytscriptify/core'
import type { OutputContext } from '../command-context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { findSettings, type GivenSetting } from '../settings/read-settings.ts'
import { redacted } from '../settings/redacted.ts'
import { DEFAULT_VALUES, SETTINGS, SETTING_NAMES, type SettingName } from '../settings/settings.ts'
import { table } from '../output/table.ts'

/** Prints what it found before it complains, so that the mistake can be seen in its place. */
export async function configCheck({ surroundings, output, screen }: OutputContext): Promise<ExitCode> {
  const { given, issues, notices } = findSettings(surroundings)
  const rows = SETTING_NAMES.map((name) => {
    const value = given[name]?.value ?? DEFAULT_VALUES[name] ?? '-'
    return [name, redacted(value), sourceOf(name, given[name]), SETTINGS[name].about]
  })
  await output.write(table(['SETTING', 'VALUE', 'SOURCE', 'WHAT IT IS'], rows))
  for (const notice of notices) screen.line(`${screen.paint.yellow('notice:')} ${notice}`)
  if (issues.length > 0) {
    const message = `${issues.length === 1 ? 'One setting' : `${issues.length} settings`} cannot be used.`
    throw new TranscriptionError('invalid_input', message, { issues, hint: 'Correct the environment or .env.' })
  }
  screen.line(screen.paint.green('The configuration is fine.'))
  return EXIT.done
}

function sourceOf(name: SettingName, given: GivenSetting | undefined): string {
  if (!given) return name in DEFAULT_VALUES ? 'default' : 'not set'
  return given.variable === name ? given.place : `${given.place} (${given.variable})`
}
