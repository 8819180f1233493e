// What may be shown: never a key, and of a URL no user name and no password, wherever it stands.
import { settingEntry, type SettingName } from './setting-list.ts'

/** The value of a setting as it may be shown. */
export const shownValue = (name: SettingName, value: string): string =>
  settingEntry(name).secret ? '***' : redacted(value)

/** However badly the URL is written: up to the last @ everything may be part of a password that somebody forgot to encode. */
const redacted = (value: string): string =>
  value.replace(/(:\/\/)\S*@/g, '$1***@').replace(/([?&][^=&]*(?:pass|token|key|secret)[^=&]*=)[^&#\s]*/gi, '$1***')
