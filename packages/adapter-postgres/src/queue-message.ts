// What goes over the channel. Anybody who may connect can send anything there, so that what comes is only believed as far as
// it can do no harm.
import type { Hint, JobNote } from '@ytscriptify/core'

export type Message = { readonly hint: Hint } | { readonly note: JobNote }

export const textOf = (message: Message): string => JSON.stringify(message)

/** `undefined` for what is none of ours. */
export function messageOf(text: string): Message | undefined {
  const { hint, note } = asRecord(parsed(text))
  const { source, count } = asRecord(hint)
  if (typeof source === 'string') return { hint: { source, ...(typeof count === 'number' && { count }) } }
  const { jobId, cancelled } = asRecord(note)
  return typeof jobId === 'string' ? { note: { jobId, cancelled: cancelled === true } } : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Somebody else uses the channel.
    return undefined
  }
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
