// The figures of a run.
import type { StorageKind } from './store.ts'

/** How long a claim lasts without a renewal, in milliseconds: short, so that a minute holds many crashes. */
export const LEASE_MS = 1_500
export const WORKERS = 12
/** Videos at a time in each worker. */
export const SLOTS = 2
/** A file is served by one. */
export const SERVERS: Readonly<Record<StorageKind, number>> = { sqlite: 1, postgres: 2 }

/** How long each answer of YouTube takes, in milliseconds; a video needs two or three. */
export const YOUTUBE_LATENCY_MS = 40
/** Videos that have not ended, at most: enough that no worker is idle, few enough that what was lost is soon claimed again. */
export const BACKLOG = 30

/** Those that find nobody to disturb are left out. */
export const FAULTS_PER_MINUTE = 400
/** Processes that are started at a time: a start takes a processor for half a second. */
export const STARTS_AT_ONCE = 2

/** How long all may take to end when nothing goes wrong any more, in milliseconds. */
export const PATIENCE_MS = 120_000
/** The same without a guard, where some jobs never end. */
export const PATIENCE_WITHOUT_GUARD_MS = 15_000

/** What the processes are told beside what every cluster is. */
export const SETTINGS = { LOG_LEVEL: 'debug', YOUTUBE_TIMEOUT: '1', DRAIN_TIMEOUT: '2' } as const
