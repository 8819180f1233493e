// Names for files that clients keep. https://www.rfc-editor.org/rfc/rfc6266

export interface Disposition {
  /** Whether a browser shows it, or keeps it at once. */
  readonly type: 'inline' | 'attachment'
  /** In letters, digits, `.`, `-` and `_`: for clients that know no other. */
  readonly plainName: string
  /** The name that people want, in any script. */
  readonly name?: string
}

/** Both names, where there are two: clients that know the second prefer it. */
export const contentDisposition = ({ type, plainName, name }: Disposition): string =>
  `${type}; filename="${plainName}"${name === undefined ? '' : `; filename*=UTF-8''${extValue(name)}`}`

/** https://www.rfc-editor.org/rfc/rfc8187#section-3.2 */
const extValue = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
