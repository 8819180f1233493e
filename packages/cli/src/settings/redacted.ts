/** A value as it may be shown: without the user name and password of a URL, however badly it is written. */
export const redacted = (value: string): string => value.replace(/(:\/\/)[^/?#]*@/g, '$1***@')
