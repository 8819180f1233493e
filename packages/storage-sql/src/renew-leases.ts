// Prolongs the leases of a worker, and notes that it is alive.
import type { Lease, RenewOptions } from '@ytscriptify/core'
import { lockCurrentAttempts } from './locks.ts'
import { readClock } from './read-clock.ts'
import type { Database } from './schema.ts'
import type { SqlDialectTraits } from './sql-dialect-traits.ts'
import { giveCrashesBack, lostBy, markSeen, wasJustSeen } from './workers.ts'

export async function renewLeases(
  db: Database,
  { worker, leases }: RenewOptions,
  traits: SqlDialectTraits,
): Promise<readonly Lease[]> {
  if (leases.length === 0 && (await traits.read(db, isUpToDate))) return []

  return traits.write(db, async (trx) => {
    const now = await readClock(trx, traits)
    const current = await lockCurrentAttempts(trx, leases, traits)
    const own = current.filter((row) => row.claimed_by === worker.id)
    if (own.length > 0) {
      await trx
        .updateTable('transcripts')
        .set({ lease_until: traits.instant.encode(now + worker.leaseMs) })
        .where(
          'id',
          'in',
          own.map(({ id }) => id),
        )
        .execute()
    }
    // After its own, which may have to be waited for: from here on it waits for nobody, and no order is needed.
    await giveCrashesBack(trx, { workerId: worker.id, now }, traits)
    await markSeen(trx, worker, now, traits)
    return own.map(({ id, attempt }) => ({ transcriptId: Number(id), attempt }))
  })

  async function isUpToDate(reader: Database): Promise<boolean> {
    const now = await readClock(reader, traits)
    return (await wasJustSeen(reader, worker, now, traits)) && (await lostBy(reader, worker.id)).length === 0
  }
}
