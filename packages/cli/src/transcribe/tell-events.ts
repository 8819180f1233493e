// What a person who waits should know, told once: that YouTube sent us away, that something is tried again, and why.
import type { ErrorCode, ErrorRecord, TranscriptionEmitter } from '@ytscriptify/core'
import { clockTime } from '../output/durations.ts'
import { printable } from '../output/printable.ts'
import type { Screen } from '../output/screen.ts'

export interface Teller {
  /** Tells of a background loop that could not do its work; the same message only once. */
  problem(error: unknown): void
}

export function tellEvents(events: TranscriptionEmitter, { screen }: { screen: Screen }): Teller {
  const { line, paint } = screen
  const retried = new Set<ErrorCode>()
  const problems = new Set<string>()

  events.on('gate.closed', ({ error, until }) => {
    const seconds = clockTime(until.getTime() - Date.now())
    line(`${paint.yellow('pause:')} ${sentence(error)} The next try is in ${seconds}.`)
  })
  events.on('transcript.retrying', ({ error, afterMs }) => {
    if (retried.has(error.code)) return
    retried.add(error.code)
    line(`${paint.yellow('retry:')} ${sentence(error)} It is tried again in ${clockTime(afterMs)}.`)
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
