// What stands in the journal of a run.
import type { Receipt } from '../cluster/receiver.ts'
import type { WitnessRow } from './store.ts'

/** Times are in milliseconds since 1970, by the one clock of this machine. */
export type Entry =
  | Promise202
  | Receipt
  | Disturbance
  | Said
  | (WitnessRow & { readonly what: 'saw' })
  | Row
  | { readonly what: 'deadlocks'; readonly at: number; readonly count: number }
  /** Something that no disturbance explains. */
  | { readonly what: 'problem'; readonly at: number; readonly text: string }

/** A submission was answered 202. */
export interface Promise202 {
  readonly what: 'promised'
  readonly at: number
  readonly job: string
  readonly urls: number
}

/** Something was done to the processes, or to what they work with. */
export interface Disturbance {
  readonly what: 'disturbed'
  readonly at: number
  /** `killed`, `paused`, `redis stopped` … */
  readonly how: string
  /** To which process, where it was one. */
  readonly process?: string
  /** For how long, in milliseconds. */
  readonly ms?: number
}

/** A line of a process's log. */
export interface Said {
  readonly what: 'said'
  readonly at: number
  readonly process: string
  readonly event: string
  readonly [field: string]: unknown
}

/** A row as it was at the end. */
export interface Row {
  readonly what: 'row'
  readonly at: number
  readonly table: 'jobs' | 'transcripts' | 'deliveries'
  readonly row: Readonly<Record<string, unknown>>
}

export const entriesOf = <What extends Entry['what']>(
  entries: readonly Entry[],
  what: What,
): readonly Extract<Entry, { readonly what: What }>[] =>
  entries.filter((entry): entry is Extract<Entry, { readonly what: What }> => entry.what === what)
