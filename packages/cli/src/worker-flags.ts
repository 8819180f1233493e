// The flags of the commands that work on videos.
import { hostname } from 'node:os'
import { InvalidArgumentError, type Command } from 'commander'
import type { WorkerOptions } from '@ytscriptify/core'
import { parseDuration } from './output/durations.ts'

export interface WorkerFlags {
  readonly concurrency?: number
  /** Milliseconds. */
  readonly lease?: number
}

const MIN_LEASE_MS = 1_000

export const addWorkerFlags = (command: Command): Command =>
  command
    .option('--concurrency <n>', 'how many videos at a time (default: 4)', concurrency)
    .option('--lease <duration>', 'how long after a crash its work is taken over (default: 30s, callbacks 60s)', lease)

export function workerOptions({ concurrency, lease }: WorkerFlags): WorkerOptions {
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(lease !== undefined && { leaseMs: lease }),
  }
}

/** A worker's name as Celery writes it: `%h` stands for the host, `%%` for a per cent sign. */
export const workerName = (pattern: string): string =>
  pattern.replace(/%[h%]/g, (placeholder) => (placeholder === '%h' ? hostname() : '%'))

/** A timer of Node.js cannot wait longer. */
const MAX_WAIT_MS = 24 * 86_400_000

/**
 * How long to wait.
 *
 * @throws {InvalidArgumentError}
 */
export function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Write a duration like 20s, 5m or 2h.')
  if (ms > MAX_WAIT_MS) throw new InvalidArgumentError('That is more than 24d.')
  return ms
}

function lease(text: string): number {
  const ms = duration(text)
  if (ms < MIN_LEASE_MS) throw new InvalidArgumentError('A lease lasts at least 1s.')
  return ms
}

function concurrency(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('Give a whole number from 1 to 9999.')
  return Number(text)
}
