// What may be shown: never a key, and of a URL neither its credentials nor what its query says.
import { settingEntry, type SettingName } from './setting-list.ts'

/** The value of a setting as it may be shown. */
export const shownValue = (name: SettingName, value: string): string =>
  settingEntry(name).secret ? '***' : redacted(value)

/** A value without the user name and password of a URL, however badly it is written. */
export const redacted = (value: string): string => value.replace(/(:\/\/)[^/?#]*@/g, '$1***@')
