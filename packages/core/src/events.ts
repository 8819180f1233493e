// What this process tells its own listeners. Events of other processes are not among them: those are in the storage.
import { EventEmitter } from 'eventemitter3'
import type { Delivery } from './delivery.ts'
import type { ErrorCode, ErrorRecord } from './errors.ts'
import type { Gate } from './gate.ts'
import type { Job } from './job.ts'

/** Names a transcript in an event. */
export interface TranscriptEvent {
  readonly jobId: string
  readonly position: number
  readonly videoId: string
}

/** How an attempt at a transcript ended. */
export type AttemptOutcome =
  | 'completed'
  /** The video has failed: nobody tries again. */
  | 'failed'
  /** It is tried again later. */
  | 'retry'
  /** The source refused us: it waits behind the closed gate. */
  | 'refused'
  /** The worker stopped, and gave it back. */
  | 'released'
  /** Its outcome came too late, and was refused by the storage. */
  | 'stale'
  /** Its lease was lost before there was an outcome, or the outcome could not be stored. */
  | 'lost'

/** An attempt that is over. */
export interface AttemptEvent extends TranscriptEvent {
  readonly attempt: number
  readonly outcome: AttemptOutcome
  /** The code of the error, where the attempt brought one. */
  readonly code?: ErrorCode
  /** From its start to its stored outcome, in milliseconds of a clock that never jumps. */
  readonly durationMs: number
  /** Whether the text of a stored transcript was taken instead of a new fetch. */
  readonly reused: boolean
}

/** Every event and what it carries. An event is emitted after its change is durable, by the process that made it. */
export interface TranscriptionEvents {
  /** A job was stored. */
  'job.created': { readonly job: Job }
  /** A job became `processing`: mostly when its first video was claimed, sometimes not before another one was, or never. */
  'job.processing': { readonly jobId: string }
  'job.completed': { readonly job: Job }
  'job.failed': { readonly job: Job }
  'job.cancelled': { readonly job: Job }
  /** `reused`: the text of a stored transcript was taken instead of a new fetch. */
  'transcript.completed': TranscriptEvent & { readonly reused: boolean }
  'transcript.failed': TranscriptEvent & { readonly error: ErrorRecord }
  /** It is tried again, at the earliest after `afterMs` milliseconds. */
  'transcript.retrying': TranscriptEvent & { readonly error: ErrorRecord; readonly afterMs: number }
  /** A result came after its lease had gone to somebody else, or its job was cancelled: it was refused. */
  'transcript.stale': TranscriptEvent & { readonly attempt: number }
  /** An attempt of a worker of this process ended, whatever came of it: one event for each. */
  'attempt.ended': AttemptEvent
  /** A receiver took a callback. */
  'delivery.succeeded': { readonly delivery: Delivery }
  /** An attempt at a callback failed; it is made again after `afterMs` milliseconds. */
  'delivery.retrying': { readonly delivery: Delivery; readonly reason: string; readonly afterMs: number }
  /** A callback was given up. It stays stored, and can be replayed. */
  'delivery.failed': { readonly delivery: Delivery; readonly reason: string }
  /** A caller asked for a callback to be sent again. */
  'delivery.replayed': { readonly delivery: Delivery }
  /** A source refused us: nothing of it is claimed until `until`. */
  'gate.closed': { readonly gate: Gate; readonly until: Date; readonly error: ErrorRecord }
  'gate.opened': { readonly gate: Gate }
  /** Jobs that had ended long ago were deleted. */
  'jobs.purged': { readonly count: number }
  /** A background loop could not do its work, and tries again. `during` names the loop. */
  'engine.error': { readonly error: unknown; readonly during: string }
}

export type EventName = keyof TranscriptionEvents

export interface TranscriptionEmitter {
  /** @returns a function that removes the listener. */
  on<Name extends EventName>(name: Name, listener: (event: TranscriptionEvents[Name]) => void): () => void
  emit<Name extends EventName>(name: Name, event: TranscriptionEvents[Name]): void
}

/** A listener that throws stops neither the others nor the engine: what it threw becomes a warning of the process. */
export function createEmitter(): TranscriptionEmitter {
  const emitter = new EventEmitter()
  return {
    on(name, listener) {
      emitter.on(name, listener)
      return () => void emitter.off(name, listener)
    },
    emit(name, event) {
      for (const listener of emitter.listeners(name)) {
        const warn = (error: unknown): void =>
          process.emitWarning(`A listener of "${name}" threw: ${error instanceof Error ? error.stack : String(error)}`)
        try {
          // Listeners are typed to return nothing, and TypeScript takes asynchronous ones for that.
          const result: unknown = listener(event)
          if (result instanceof Promise) result.catch(warn)
        } catch (error) {
          warn(error)
        }
      }
    },
  }
}
