// When what went wrong may be tried again, for people.
import type { ErrorRecord } from '@ytscriptify/core'
import { clockTime } from './durations.ts'

/** ` Try again in 9:58.`, to stand behind a hint; empty where nobody knows, and where the moment has passed. */
export function untilWhen({ retryAt }: Pick<ErrorRecord, 'retryAt'>, now: number): string {
  const ms = retryAt === undefined ? 0 : retryAt.getTime() - now
  return ms > 0 ? ` Try again in ${clockTime(ms)}.` : ''
}
