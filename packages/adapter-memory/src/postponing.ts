// Puts a transcript back among the pending ones.
import type { TRANSCRIPT_MOVES } from '@ytscriptify/core'
import { laneOfRow, type Memory } from './memory.ts'
import { enter } from './transcript-row.ts'
import type { TranscriptRow } from './rows.ts'

export interface Postponing {
  readonly move: typeof TRANSCRIPT_MOVES.postpone | typeof TRANSCRIPT_MOVES.reclaim
  readonly runAt: number
  readonly rankAt: number
  readonly now: number
}

export function postpone(memory: Memory, row: TranscriptRow, { move, runAt, rankAt, now }: Postponing): void {
  enter(row, { move, state: { status: 'pending' }, now })
  row.runAt = runAt
  row.rankAt = rankAt
  memory.leased.delete(row)
  laneOfRow(memory, row).add(row, now)
}
