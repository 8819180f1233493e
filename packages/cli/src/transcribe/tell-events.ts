// What a person who waits should know, told once: that YouTube sent us away, that something is tried again, and why.
import type { ErrorCode, ErrorRecord, TranscriptionEmitter } from '@ytscriptify/core'
import { clockTime } from '../output/durations.ts'
import { printable } from '../output/printable.ts'
import type { Screen } from '../output/screen.ts'

export interface Teller {
  /** Tells of a background loop that could not do its work; the same message only once. */
  problem(error: unknown): void
}

export interface TellOptions {
  readonly screen: Screen
  /** Whether this run is over before anything is tried again. @default false */
  readonly once?: boolean
}

export function tellEvents(events: TranscriptionEmitter, { screen, once = false }: TellOptions): Teller {
  const { line, paint } = screen
  const retried = new Set<ErrorCode>()
  const problems = new Set<string>()

  events.on('gate.closed', ({ error, until }) => {
    const next = once ? '' : ` The next try is in ${clockTime(until.getTime() - Date.now())}.`
    line(`${paint.yellow('pause:')} ${sentence(error)}${next}`)
  })
  events.on('transcript.retrying', ({ error, afterMs }) => {
    if (retried.has(error.code)) return
    retried.add(error.code)
    const next = once ? '' : ` It is tried again in ${clockTime(afterMs)}.`
    line(`${paint.yellow('retry:')} ${sentence(error)}${next}`)
  })
  events.on('engine.error', ({ error }) => problem(error))
  return { problem }

  function problem(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (problems.has(message)) return
    problems.add(message)
    line(`${paint.yellow('trouble:')} ${printable(message)} It is tried again.`)
  }
}

const sentence = ({ message, hint }: ErrorRecord): string => `${printable(message)} ${printable(hint)}`
