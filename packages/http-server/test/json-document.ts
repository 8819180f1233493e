// A document of JSON, as it comes: the assertions say what it must be.
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Json = Record<string, any>
