// Whether transcripts can be had from here, and what stands in their way: what the service found out, and what it means.
import type { ErrorRecord } from '../errors.ts'
import type { Finding } from './finding.ts'
import type { SourceDiagnosis } from './source-diagnosis.ts'

export interface DiagnoseOptions {
  /** A video that is known to have captions. @default one that the source knows */
  readonly videoId?: string
  /** Whether the source is asked although it has refused us, and the pause is not over. @default false */
  readonly force?: boolean
  /** Ends the diagnosis. */
  readonly signal?: AbortSignal
}

export interface Diagnosis {
  /** `failing`: something stops transcripts now. `degraded`: they come, and something needs a look. */
  readonly status: 'ok' | 'degraded' | 'failing'
  readonly checkedAt: Date
  readonly storage: StorageDiagnosis
  /** The gates of the source that were ever used. */
  readonly gates: readonly GateDiagnosis[]
  /** In the order in which they are asked. Empty where a closed gate kept us from asking. */
  readonly sources: readonly SourceDiagnosis[]
  /** What all of this means, in words. */
  readonly findings: readonly Finding[]
}

export type StorageDiagnosis =
  /** `schemaVersion`: of the schema that it works on, where it has one. */
  | { readonly state: 'answers'; readonly ms: number; readonly schemaVersion?: number }
  | { readonly state: 'failing'; readonly ms: number; readonly error: ErrorRecord }
  /** There is none yet. */
  | { readonly state: 'absent' }

export type GateDiagnosis = { readonly key: string } & (
  | { readonly state: 'open' }
  | { readonly state: 'closed'; readonly until: Date }
  /** The pause is over. One attempt at a time finds out whether the source lets us in again; `probing`: one is at it. */
  | { readonly state: 'ajar'; readonly since: Date; readonly probing: boolean }
)
