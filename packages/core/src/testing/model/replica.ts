// One of the storages that are told the same: what the model calls by name has ids of its own there, and a clock of its own.
import assert from 'node:assert/strict'
import type { DeliveryLease } from '../../delivery.ts'
import type { Lease } from '../../lease.ts'
import type { Claim, TranscriptionStorage } from '../../storage.ts'
import { workerOf } from '../builders.ts'
import type { StorageHarness } from '../storage-harness.ts'
import { transcriptName, type Grant } from './state.ts'
import { inMinutes, type Reader } from './views.ts'
import { createWitness, type JobRows, type Witness } from './witness.ts'

export interface Replica extends Reader {
  readonly name: string
  /** The handle whose turn it is: time that goes by passes it on. */
  readonly storage: TranscriptionStorage
  readonly witness: Witness
  readonly advance: (ms: number) => Promise<void>
  readonly dispose: () => Promise<void>
  /** The moment there that is so many milliseconds of the sequence. */
  readonly dateAt: (ms: number) => Date
  /** Notes which transcripts and deliveries were claimed under which ids. */
  readonly learn: (claim: Pick<Claim, 'transcripts'>) => void
  readonly learnDelivery: (delivery: { readonly jobId: string; readonly id: string }) => void
  readonly leaseOf: (grant: Grant) => Lease
  readonly deliveryLeaseOf: (grant: Grant) => DeliveryLease
  /** All that it stores of these jobs; those that are not there are left out. */
  readonly rowsOf: (jobIds: readonly string[]) => Promise<readonly JobRows[]>
}

export async function createReplica(name: string, harness: StorageHarness): Promise<Replica> {
  const witness = createWitness()
  // Two handles that take turns, so that nothing hangs on what one of them remembers.
  const handles = [witness.watch(harness.storage), witness.watch(await harness.another())] as const
  let turn: 0 | 1 = 0
  const begin = await timeOf(handles[turn])
  const idOf = new Map<string, number>()
  const nameOf = new Map<number, string>()
  const deliveryIdOf = new Map<string, string>()

  return {
    name,
    witness,
    get storage() {
      return handles[turn]
    },
    async advance(ms) {
      turn = turn === 0 ? 1 : 0
      await harness.advance(ms)
    },
    dispose: harness.dispose,
    minuteOf: (moment) => inMinutes(Number(moment) - begin),
    dateAt: (ms) => new Date(begin + ms),
    nameOf: (id) => nameOf.get(id) ?? `unknown ${id}`,

    learn({ transcripts }) {
      for (const { lease, jobId, position } of transcripts) {
        const transcript = transcriptName(jobId, position)
        idOf.set(transcript, lease.transcriptId)
        nameOf.set(lease.transcriptId, transcript)
      }
    },
    learnDelivery: ({ jobId, id }) => void deliveryIdOf.set(jobId, id),
    leaseOf: ({ of, attempt }) => ({ transcriptId: known(idOf, of), attempt }),
    deliveryLeaseOf: ({ of, attempt }) => ({ deliveryId: known(deliveryIdOf, of), attempt }),

    async rowsOf(jobIds) {
      const storage = handles[turn]
      const rows = jobIds.map(async (id) => {
        const [job, transcripts, deliveries] = await Promise.all([
          storage.getJob({ id }),
          storage.listTranscripts({ jobId: id, withData: true }),
          storage.listDeliveries(id),
        ])
        return job ? [{ job, transcripts, deliveries }] : []
      })
      return (await Promise.all(rows)).flat()
    },
  }
}

/** A storage tells the time by when it saw a worker. */
async function timeOf(storage: TranscriptionStorage): Promise<number> {
  const worker = workerOf('asks-for-the-time')
  await storage.renew({ worker, leases: [] })
  const seen = (await storage.listWorkers()).find(({ id }) => id === worker.id)
  assert.ok(seen, 'a worker that has renewed its leases is not listed')
  await storage.removeWorker(worker.id)
  return seen.seenAt.getTime()
}

function known<Id>(ids: ReadonlyMap<string, Id>, name: string): Id {
  const id = ids.get(name)
  assert.ok(id !== undefined, `nobody has claimed ${name}`)
  return id
}
