// What may be shown: never a key, and of a URL no user name and no password, wherever it stands.
import { settingEntry, type SettingName } from './setting-list.ts'

/** The value of a setting as it may be shown. */
export const shownValue = (name: SettingName, value: string): string =>
  settingEntry(name).secret ? '***' : redacted(value)

/** However badly the URL is written. */
const redacted = (value: string): string =>
  value.replace(/(:\/\/)[^/?#]*@/g, '$1***@').replace(/([?&][^=&]*(?:pass|token|key|secret)[^=&]*=)[^&#\s]*/gi, '$1***')
