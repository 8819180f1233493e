// What of the log lines of a process goes into the journal: what it was told of its work, and what it could not do.
import type { Said } from './entries.ts'

const EVENTS = new Set([
  'worker.started',
  'worker.stopped',
  'server.started',
  'server.stopped',
  'attempt.ended',
  'delivery.succeeded',
  'delivery.failed',
  'process.crashed',
])

/** @returns `undefined` for what is no such line: a process that is killed may leave half a line. */
export function saidIn(line: string, process: string): Said | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined
  const { event, level, ...fields } = JSON.parse(line) as Record<string, unknown>
  const isToBeTold = EVENTS.has(String(event)) || (event === 'engine.error' && level === 'error')
  return isToBeTold ? { ...fields, what: 'said', at: Date.now(), process, event: String(event) } : undefined
}
