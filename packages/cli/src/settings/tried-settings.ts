// Settings whose grammar belongs to the part that uses them: they are tried on that part, instead of being judged twice.
import type { InputIssue } from '@ytscriptify/core'
import type { GivenSettings } from './given-settings.ts'
import { mistakeOf } from './read-settings.ts'
import { SETTING_NAMES, type SettingName } from './setting-list.ts'

/** Each throws when the value cannot be used, and leaves nothing behind. */
export type Trials = Partial<Record<SettingName, (value: string) => unknown>>

/** What every value that cannot be used is reproached with. */
export function triedSettings(trials: Trials, given: GivenSettings): readonly InputIssue[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = given[name]?.value
    const trial = trials[name]
    if (value === undefined || trial === undefined) return []
    try {
      trial(value)
      return []
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return [mistakeOf(name, `cannot be used: ${reason.replace(/\.$/, '')}`, given)]
    }
  })
}
