// Notes about jobs, over publish and subscribe of Redis.
import type { JobNote } from '@ytscriptify/core'
import type { FastConnection } from './fast-connection.ts'
import type { FaultReports } from './fault-reports.ts'
import { LASTING, endConnection, openConnection, type RedisConnection } from './redis-connection.ts'

/** @throws when Redis does not take the note. */
export async function publishNote(note: JobNote, connection: FastConnection, channel: string): Promise<void> {
  const { jobId, cancelled } = note
  await connection.run((client) => client.publish(channel, JSON.stringify({ jobId, ...(cancelled && { cancelled }) })))
}

export interface FollowNotesOptions {
  readonly connection: RedisConnection
  readonly channel: string
  readonly faults: FaultReports
  readonly onNote: (note: JobNote) => void
  /** Ends it. It has not aborted yet. */
  readonly signal: AbortSignal
}

/** Passes notes on until the signal aborts, over a connection of its own that subscribes again whenever it was lost. */
export async function followNotes({ connection, channel, faults, onNote, signal }: FollowNotesOptions): Promise<void> {
  const client = openConnection(connection, LASTING)
  const report = (error: unknown): void => {
    if (!signal.aborted) faults.report('follow', error)
  }
  client.on('error', report)
  client.on('message', (_channel, text) => {
    const note = parseNote(text)
    if (!note || signal.aborted) return
    try {
      onNote(note)
    } catch (error) {
      report(error)
    }
  })
  client.subscribe(channel).catch(report)

  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  endConnection(client)
}

/** Whatever else is on the channel is none of ours, and no reason to say anything. */
function parseNote(text: string): JobNote | undefined {
  if (text.length > MAX_NOTE_LENGTH) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('jobId' in value)) return undefined
    const { jobId } = value
    if (typeof jobId !== 'string') return undefined
    return { jobId, ...('cancelled' in value && value.cancelled === true && { cancelled: true }) }
  } catch {
    return undefined // No JSON at all.
  }
}

const MAX_NOTE_LENGTH = 500
