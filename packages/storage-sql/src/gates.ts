// The gates of the database: read under their lock, changed by the pure rules of core, written back.
import { openGate, type Gate } from '@ytscriptify/core'
import { locking } from './locks.ts'
import type { TranscriptState } from './columns.ts'
import { gateRow, toGate } from './row-mapping.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'

/** Gates as they stand in this transaction. */
export interface LockedGates {
  readonly get: (transcript: Pick<TranscriptState, 'source' | 'gate_key'>) => Gate
  readonly set: (gate: Gate) => void
  /** Those that {@link set} has changed. */
  readonly changed: () => readonly Gate[]
}

/**
 * @param options.mayClose - Whether the caller may close one of them. Otherwise open gates are left to others:
 *   an answer changes nothing about an open gate, and every settlement would have to wait for its lock.
 */
export async function lockGatesOf(
  trx: Database,
  transcripts: readonly Pick<TranscriptState, 'source' | 'gate_key'>[],
  { mayClose }: { readonly mayClose: boolean },
  traits: SqlDialectTraits,
): Promise<LockedGates> {
  const keys = new Map(transcripts.map(({ source, gate_key: key }) => [idOf(source, key), { source, key }]))
  const rows = keys.size > 0 ? await readOrLock([...keys.values()]) : []
  const gates = new Map(rows.map((row) => [idOf(row.source, row.key), toGate(row, traits)]))
  const changed = new Set<string>()

  async function readOrLock(wanted: readonly { readonly source: string; readonly key: string }[]) {
    const query = trx
      .selectFrom('gates')
      .selectAll()
      .where((eb) => eb.or(wanted.map((gate) => eb.and(gate))))
    const read = await query.execute()
    const areOpen = read.every(({ closed_until }) => closed_until === null)
    return !traits.rowLocks || (areOpen && !mayClose) ? read : locking(query, 'gates', traits).execute()
  }

  return {
    get: ({ source, gate_key: key }) => gates.get(idOf(source, key)) ?? openGate(key, source),
    set(gate) {
      const id = idOf(gate.source, gate.key)
      if (gates.get(id) === gate) return
      gates.set(id, gate)
      changed.add(id)
    },
    changed: () => [...gates].filter(([id]) => changed.has(id)).map(([, gate]) => gate),
  }
}

const idOf = (source: string, key: string): string => JSON.stringify([source, key])

export async function writeGates(trx: Database, gates: readonly Gate[], traits: SqlDialectTraits): Promise<void> {
  if (gates.length === 0) return
  await trx
    .insertInto('gates')
    .values(gates.map((gate) => gateRow(gate, traits)))
    .onConflict((conflict) =>
      conflict.columns(['source', 'key']).doUpdateSet(({ ref }) => ({
        closed_until: ref('excluded.closed_until'),
        closings: ref('excluded.closings'),
        openings: ref('excluded.openings'),
        probe_transcript_id: ref('excluded.probe_transcript_id'),
        probe_attempt: ref('excluded.probe_attempt'),
        closed_by: ref('excluded.closed_by'),
      })),
    )
    .execute()
}
