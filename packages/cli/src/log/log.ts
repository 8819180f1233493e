// The log of a worker: one line per event on stderr, `time level event key=value …`, for people and for grep.
import type { TerminalStream } from '../surroundings.ts'
import { LOG_LEVELS, type LogLevel } from '../settings/settings.ts'

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  write(level: LogLevel, event: string, fields?: LogFields): void
}

export interface LogOptions {
  readonly stream: TerminalStream
  /** Lines below this level are left out. */
  readonly level: LogLevel
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export function createLog({ stream, level, now }: LogOptions): Log {
  const least = LOG_LEVELS.indexOf(level)
  return {
    write(lineLevel, event, fields = {}) {
      if (LOG_LEVELS.indexOf(lineLevel) < least) return
      const pairs = Object.entries(fields).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${plain(value)}`],
      )
      stream.write(`${[new Date(now()).toISOString(), lineLevel.padEnd(5), event, ...pairs].join(' ')}\n`)
    },
  }
}

/** Words as they are; everything else in quotes, so that a value cannot pretend to be another line or field. */
function plain(value: string | number | boolean): string {
  const text = String(value)
  return /^[\w.:/@%+,-]+$/.test(text) ? text : JSON.stringify(text)
}
