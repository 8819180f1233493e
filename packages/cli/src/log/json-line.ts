// Log lines as JSON, one object on each, in the manner of pino: for programs that collect logs.
import { pino } from 'pino'
import type { LineFormat, LogEntry } from './log.ts'

/** Loads pino, so it is asked for only where JSON is wanted. */
export function jsonLines({ pid }: { readonly pid: number }): LineFormat {
  let time = 0
  let line = ''
  const logger = pino(
    {
      level: 'debug', // What is left out was decided before.
      base: { pid },
      messageKey: 'event',
      timestamp: () => `,"time":"${new Date(time).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (text: string) => (line = text) },
  )
  return (entry: LogEntry) => {
    time = entry.time
    logger[entry.level](entry.fields, entry.event)
    return line
  }
}
