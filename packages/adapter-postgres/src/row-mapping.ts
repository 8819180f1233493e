// Values as the driver gives them: a host may have told node-postgres to read some types in its own way.

/** Milliseconds since 1970 of a `timestamptz`: a `Date`, or the text of it. */
export function msOf(value: unknown): number {
  const ms = value instanceof Date ? value.getTime() : Date.parse(String(value))
  if (Number.isNaN(ms)) throw new TypeError(`A timestamptz was read as ${String(value)}, which is no moment.`)
  return ms
}
