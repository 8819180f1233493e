// The log of a server or a worker: events with fields, as lines that people read or as JSON that programs read.
import { LOG_LEVELS, type LogLevel } from '../settings/settings.ts'

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  write(level: LogLevel, event: string, fields?: LogFields): void
}

/** Where complete lines go. */
export interface LineSink {
  write(line: string): void
}

/** One form of log lines. */
export type LineFormat = (entry: LogEntry) => string

export interface LogEntry {
  readonly level: LogLevel
  readonly event: string
  readonly fields: LogFields
  /** Milliseconds since 1970. */
  readonly time: number
}

export interface LogOptions {
  readonly sink: LineSink
  readonly format: LineFormat
  /** Lines below this level are left out. */
  readonly level: LogLevel
  /** Takes out of a text what must not be read by whoever reads logs. */
  readonly scrub: (text: string) => string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function createLog({ sink, format, level, scrub, now }: LogOptions): Log {
  const least = LOG_LEVELS.indexOf(level)
  return {
    write(lineLevel, event, fields = {}) {
      if (LOG_LEVELS.indexOf(lineLevel) < least) return
      sink.write(format({ level: lineLevel, event, fields: scrubbed(fields), time: now() }))
    },
  }

  function scrubbed(fields: LogFields): LogFields {
    const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
    return Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? scrub(value) : value]))
  }
}

/** `time level event key=value …`, for people and for grep. */
export const prettyLine: LineFormat = ({ level, event, fields, time }) => {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${plain(String(value))}`)
  return `${[new Date(time).toISOString(), level.padEnd(5), event, ...pairs].join(' ')}\n`
}

/** Words as they are; everything else in quotes, so that a value cannot pretend to be another line or field. */
const plain = (text: string): string => (/^[\w.:/@%+,{}-]+$/.test(text) ? text : JSON.stringify(text))
