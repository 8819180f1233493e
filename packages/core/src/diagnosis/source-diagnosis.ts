// What stands between this machine and the transcripts of a source: the report that a source gives of itself.
import type { ErrorRecord } from '../errors.ts'

export interface DiagnoseSourceOptions {
  /** A video that is known to have captions. @default one that the source knows */
  readonly videoId?: string
  /** Whether the source is asked although it has refused us, and its pause is not over. @default false */
  readonly force?: boolean
  readonly signal: AbortSignal
}

/** What one source found out. */
export interface SourceDiagnosis {
  /** The id of the source. */
  readonly source: string
  /** The video that was asked for. Absent where none was. */
  readonly videoId?: string
  /** `false`: it can say whether it is reached, and never whether it gives a text. @default it asks for one */
  readonly asksForText?: false
  /** Each way to it, at least one where it can be asked about itself. */
  readonly ways: readonly WayDiagnosis[]
}

/** One way to a source: straight, or through a proxy. */
export interface WayDiagnosis {
  /** What is reached on it, as people call it: `www.youtube.com`, or the name of a program. */
  readonly target: string
  /** Host and port of the proxy. Absent where there is none. */
  readonly proxy?: string
  readonly reach: Reach
  /** In the order in which they are asked. Empty where the way leads nowhere, or nobody is asked in its own name. */
  readonly clients: readonly ClientDiagnosis[]
}

/** How far something small came, before anybody asked for a video. */
export type Reach =
  /** It was answered. `httpStatus`: with what, where it was HTTP. */
  | { readonly state: 'reached'; readonly ms: number; readonly httpStatus?: number }
  /** It was answered that we are to stay away. */
  | { readonly state: 'refused'; readonly ms: number; readonly httpStatus?: number; readonly error: ErrorRecord }
  /** It was not answered. `cause`: the code of the system or of the library, `ENOTFOUND`. */
  | {
      readonly state: 'unreachable'
      readonly ms: number
      readonly at: ReachStep
      readonly cause?: string
      readonly error: ErrorRecord
    }
  /** It was not tried: this way has refused us a moment ago. */
  | { readonly state: 'paused'; readonly until: Date }

/**
 * Where it ended: a program that cannot be started, a proxy that does not let us through, a name that is not known, a
 * connection that does not come about, a certificate that is not trusted, an answer that does not come in time or is none.
 */
export type ReachStep = 'program' | 'proxy' | 'dns' | 'connect' | 'tls' | 'timeout' | 'answer'

/** What a client was answered, by the name under which the source is asked: `ANDROID`. */
export type ClientDiagnosis = { readonly name: string; readonly version?: string } & ClientAnswer

export type ClientAnswer =
  /** It was given the text of the video. */
  | { readonly state: 'gives'; readonly ms: number; readonly language: string; readonly segments: number }
  /** It was shown the captions. Their text was not asked for, since another client had it already. */
  | { readonly state: 'shows'; readonly ms: number }
  /** The source refuses this address. `refused`: this client, or the video. `failed`: there was no answer. */
  | {
      readonly state: 'blocked' | 'refused' | 'failed'
      readonly ms: number
      readonly httpStatus?: number
      readonly error: ErrorRecord
    }
  /** It was not asked: `not_needed`, as it is a last resort; `stopped`, as the answer before says to ask no more. */
  | { readonly state: 'skipped'; readonly why: 'not_needed' | 'stopped' }

/** Whether a text came on this way. */
export const givesText = ({ reach, clients }: WayDiagnosis): boolean =>
  reach.state === 'reached' && clients.some(({ state }) => state === 'gives')

/** Whether it was reached, and nobody was asked for a text. */
export const isUnproven = ({ reach, clients }: WayDiagnosis): boolean =>
  reach.state === 'reached' && clients.length === 0

/** Whether the source could have shown a text: it asks for one, or would have, had the way led anywhere. */
export const canGiveProof = ({ asksForText, ways }: SourceDiagnosis): boolean =>
  asksForText !== false && ways.some((way) => !isUnproven(way))
