// Where a run keeps its jobs: a database, what goes along with it, and a way to look into it past the engine.
import type { JournalEntry } from '../cluster/witness.ts'
import type { RunRedis } from './run-redis.ts'

export const STORAGES = ['sqlite', 'postgres'] as const
export type StorageKind = (typeof STORAGES)[number]

/** What the triggers wrote; times in milliseconds since 1970. On SQLite nobody knows who wrote it. */
export type WitnessRow = Omit<JournalEntry, 'at' | 'writer'> & { readonly at: number; readonly writer?: string }

export interface Store {
  /** As DATABASE_URL has it. */
  readonly databaseUrl: string
  /** Carries hints, where the storage is made for many machines. */
  readonly redis?: RunRedis
  readonly server?: DatabaseServer
  /** Puts the witness in. The schema must be there. */
  watch(): Promise<void>
  /** Asks the database, again and again while it is away. */
  rows<Row>(sql: string, values?: readonly string[]): Promise<readonly Row[]>
  witnessed(): Promise<readonly WitnessRow[]>
  close(): Promise<void>
}

/** What can go wrong with a database that is a server. */
export interface DatabaseServer {
  /** Crashes it, and recovers it after a while. */
  crash(options: { readonly awayMs: number }): Promise<void>
  /** Ends connections of the processes, chosen by chance. @returns how many */
  endConnections(count: number): Promise<number>
  /** How many transactions the server had to give up since it was last asked, as they waited for each other. */
  newDeadlocks(): Promise<number>
}
