export interface ReadOptions {
  /** Keeps the tags of the formatting, such as `<i>`, in the text. @default false: plain text */
  readonly keepFormatting?: boolean
}
