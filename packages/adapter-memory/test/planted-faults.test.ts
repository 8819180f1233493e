import { describeStorage, type TestRunner } from '@ytscriptify/core/testing'
import type { DeliveryClaim, DeliveryLease, ImportedJob, Lease, TranscriptionStorage } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { createMemoryHarness } from './memory-harness.ts'

type Fault = (storage: TranscriptionStorage) => Partial<TranscriptionStorage>

/** Runs the suite on a storage with a fault, and gives the titles of the tests that find it. */
async function findersOf(fault: Fault): Promise<string[]> {
  const tests: { title: string; test: () => Promise<void> }[] = []
  const runner: TestRunner = {
    describe: (_title, body) => body(),
    it: (title, test) => void tests.push({ title, test }),
  }
  describeStorage({
    runner,
    async createHarness() {
      const harness = await createMemoryHarness()
      const faulty = { ...harness.storage, ...fault(harness.storage) }
      return { ...harness, storage: faulty, another: async () => faulty }
    },
  })
  const found: string[] = []
  for (const { title, test } of tests) await test().catch(() => found.push(title))
  return found
}

describe('the conformance suite', () => {
  it('finds nothing wrong with an honest storage', async () => {
    expect(await findersOf(() => ({}))).toEqual([])
  })

  it('finds results that are accepted after the lease was lost', async () => {
    const withoutFence: Fault = (storage) => {
      const current = new Map<number, Lease>()
      return {
        async claim(options) {
          const claim = await storage.claim(options)
          for (const { lease } of claim.transcripts) current.set(lease.transcriptId, lease)
          return claim
        },
        settle: ({ lease, outcome }) => storage.settle({ lease: current.get(lease.transcriptId) ?? lease, outcome }),
      }
    }

    expect(await findersOf(withoutFence)).toContain(
      'is refused when somebody else works on the transcript, and does not disturb them',
    )
  })

  it('finds jobs that other owners see', async () => {
    const forAll: Fault = (storage) => ({ getJob: ({ id }) => storage.getJob({ id }) })

    expect(await findersOf(forAll)).toEqual(['gives a job to its owner and to nobody else'])
  })

  it('finds transcripts that two workers get', async () => {
    const generous: Fault = (storage) => {
      let last = new Map<string, Awaited<ReturnType<TranscriptionStorage['claim']>>>()
      return {
        async claim(options) {
          const claim = await storage.claim(options)
          const again = last.get(options.source)
          last = new Map([[options.source, claim]])
          return claim.transcripts.length === 0 && again ? again : claim
        },
      }
    }

    expect(await findersOf(generous)).toContain('keeps a transcript from other workers until it runs out')
  })

  it('finds leases that are renewed whoever holds them', async () => {
    const trusting: Fault = () => ({ renew: async ({ leases }) => leases })

    expect(await findersOf(trusting)).toEqual(
      expect.arrayContaining(['is lost when it was taken back', 'is given back to a worker that returns']),
    )
  })

  it('finds deliveries that are told twice', async () => {
    const twice: Fault = (storage) => ({
      listDeliveries: async (jobId) => (await storage.listDeliveries(jobId)).flatMap((one) => [one, one]),
    })

    expect(await findersOf(twice)).toContain('comes with one pending delivery where the job has a callback')
  })

  it('finds callbacks that two workers get', async () => {
    const generous: Fault = (storage) => {
      let last: DeliveryClaim | undefined
      return {
        async claimDeliveries(options) {
          const claim = await storage.claimDeliveries(options)
          const again = last
          last = claim
          return claim.deliveries.length === 0 && again ? again : claim
        },
      }
    }

    expect(await findersOf(generous)).toContain('gives it to nobody else while it is being sent')
  })

  it('finds receivers without a limit', async () => {
    const boundless: Fault = (storage) => ({
      claimDeliveries: (options) => storage.claimDeliveries({ ...options, perReceiver: 1_000 }),
    })

    expect(await findersOf(boundless)).toContain(
      'keeps nobody else waiting: 100 that are longer due do not stand before another receiver’s',
    )
  })

  it('finds late words about callbacks that are heard', async () => {
    const withoutFence: Fault = (storage) => {
      const current = new Map<string, DeliveryLease>()
      return {
        async claimDeliveries(options) {
          const claim = await storage.claimDeliveries(options)
          for (const { lease } of claim.deliveries) current.set(lease.deliveryId, lease)
          return claim
        },
        settleDelivery: ({ lease, outcome }) =>
          storage.settleDelivery({ lease: current.get(lease.deliveryId) ?? lease, outcome }),
      }
    }

    expect(await findersOf(withoutFence)).toEqual([
      'is refused when its lease ran out and somebody else sends, and does not disturb them',
    ])
  })

  it('finds deadlines that nobody keeps', async () => {
    const patient: Fault = () => ({ expire: async () => ({ reclaimed: [], failed: [], endedJobs: [] }) })

    expect(await findersOf(patient)).toContain('ends what is left of it, waiting or in work')
  })

  it('finds purges that take jobs with a callback that is still to be made', async () => {
    const careless: Fault = (storage) => ({
      async purgeJobs(options) {
        const all = { workerId: 'purge', limit: 200, leaseMs: 1, perReceiver: 200, busy: new Map() }
        for (const { lease } of (await storage.claimDeliveries(all)).deliveries)
          await storage.settleDelivery({ lease, outcome: { type: 'failed', reason: 'Purged.' } })
        return storage.purgeJobs(options)
      },
    })

    expect(await findersOf(careless)).toContain(
      'never takes a job whose callback is still to be made, or is being made',
    )
  })

  it('finds purges that stop at the first job that must stay', async () => {
    const impatient: Fault = (storage) => ({
      async purgeJobs(options) {
        const { jobs } = await storage.listJobs({ limit: 1_000 })
        const deliveries = await Promise.all(jobs.map(({ id }) => storage.listDeliveries(id)))
        return deliveries.flat().some(({ status }) => status === 'pending') ? 0 : storage.purgeJobs(options)
      },
    })

    expect(await findersOf(impatient)).toContain('is not held up by jobs that must stay')
  })

  it('finds imports that overwrite what is there', async () => {
    const overwriting: Fault = (storage) => {
      const imported = new Map<string, ImportedJob>()
      return {
        async importJobs(jobs) {
          const stored = await storage.importJobs(jobs)
          for (const job of jobs) imported.set(job.id, job)
          return stored
        },
        async getJob(query) {
          const job = await storage.getJob(query)
          return job && { ...job, owner: imported.get(job.id)?.owner ?? job.owner }
        },
      }
    }

    expect(await findersOf(overwriting)).toContain('leaves alone what is there already, so that it can be repeated')
  })

  it('finds imports that tell callbacks what has ended elsewhere', async () => {
    const talkative: Fault = (storage) => ({
      importJobs: (jobs) =>
        storage.importJobs(
          jobs.map((job) =>
            job.transcripts.some(({ state }) => state.type === 'pending') ? job : { ...job, status: 'processing' },
          ),
        ),
    })

    expect(await findersOf(talkative)).toContain('sends no callback, and has nothing to claim')
  })

  it('finds figures that count what is not due', async () => {
    const careless: Fault = (storage) => ({
      async stats() {
        const stats = await storage.stats()
        const { due, waiting, processing } = stats.transcripts
        return { ...stats, transcripts: { due: due + waiting, waiting: 0, processing } }
      },
    })

    expect(await findersOf(careless)).toContain('count what waits as due once its time has come')
  })

  it('finds texts whose JSON was parsed and written anew', async () => {
    const reformatting: Fault = (storage) => ({
      listTranscripts: async (query) =>
        (await storage.listTranscripts(query)).map(({ data, ...rest }) =>
          data === undefined ? rest : { ...rest, data: JSON.stringify(JSON.parse(data)) },
        ),
    })

    expect(await findersOf(reformatting)).toEqual(['is kept as text: order of keys, spaces and long numbers included'])
  })
})
