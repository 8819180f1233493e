// The model beside this storage, and beside this storage with a fault in one of its modules: what the model does not notice, it does not guard.
import { AssertionError } from 'node:assert'
import { manualClock, type StorageHarness } from '@ytscriptify/core/testing'
import { checkStorageModel } from '@ytscriptify/core/testing/model'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHarness } from './memory-harness.ts'
import type * as deliveries from '../src/deliveries.ts'
import type * as deliveryLanes from '../src/delivery-lanes.ts'
import type * as deliveryRow from '../src/delivery-row.ts'
import type * as ending from '../src/ending.ts'
import type * as importing from '../src/importing.ts'
import type * as jobRow from '../src/job-row.ts'
import type * as lane from '../src/lane.ts'
import type * as memory from '../src/memory.ts'
import type * as postponing from '../src/postponing.ts'
import type * as reuseIndex from '../src/reuse-index.ts'
import type * as submitting from '../src/submitting.ts'
import type * as transcriptRow from '../src/transcript-row.ts'
import type * as usedTime from '../src/used-time.ts'
import type * as workers from '../src/workers.ts'

interface Modules {
  deliveries: typeof deliveries
  'delivery-lanes': typeof deliveryLanes
  'delivery-row': typeof deliveryRow
  ending: typeof ending
  importing: typeof importing
  'job-row': typeof jobRow
  lane: typeof lane
  memory: typeof memory
  postponing: typeof postponing
  'reuse-index': typeof reuseIndex
  submitting: typeof submitting
  'transcript-row': typeof transcriptRow
  'used-time': typeof usedTime
  workers: typeof workers
}

interface Fault {
  readonly what: string
  readonly plant: () => void
  readonly mend: () => void
}

/** @param change - Given what the module exports, what of it is other than it should be. */
function fault<Name extends keyof Modules>(
  what: string,
  name: Name,
  change: (honest: Modules[Name]) => Partial<Modules[Name]>,
): Fault {
  const plant = (): void => {
    vi.doMock(`../src/${name}.ts`, async (original) => {
      const honest = await original<Modules[Name]>()
      return { ...honest, ...change(honest) }
    })
  }
  return { what, plant, mend: () => vi.doUnmock(`../src/${name}.ts`) }
}

const LATE_RESULTS = fault('results that are accepted after the lease was lost', 'transcript-row', () => ({
  isCurrent: ({ state }) => state.status === 'processing',
}))

const FAULTS = [
  LATE_RESULTS,
  fault('an attempt that is given back with the work', 'postponing', ({ postpone }) => ({
    postpone(storage, row, options) {
      postpone(storage, row, options)
      if (options.move.to === 'pending' && options.rankAt !== options.now) row.attempt -= 1
    },
  })),
  fault('a cancel that leaves the attempt as it was', 'ending', ({ cancelTranscript }) => ({
    cancelTranscript(storage, row, now) {
      cancelTranscript(storage, row, now)
      row.attempt -= 1
    },
  })),
  fault('a job that does not end with its last video', 'ending', () => ({
    endJobIfDone(storage, job) {
      const { completed, failed, total } = job.counts
      if (completed + failed === total) storage.openJobsByDeadline.remove(job)
      return undefined
    },
  })),
  fault('an end without a delivery', 'deliveries', () => ({ addDelivery: () => undefined })),
  fault('an end with two deliveries', 'deliveries', ({ addDelivery }) => ({
    addDelivery(...given) {
      addDelivery(...given)
      addDelivery(...given)
    },
  })),
  fault('a crash that is not counted', 'postponing', ({ postpone }) => ({
    postpone(storage, row, options) {
      if (row.state.status === 'processing' && row.state.leaseUntil <= options.now) row.crashes = 0
      postpone(storage, row, options)
    },
  })),
  fault('a crash that is not given back to a worker that returns', 'workers', () => ({ markLost: () => undefined })),
  fault('a video that is never given up', 'workers', () => ({ isDead: () => false })),
  fault('a gate that holds nobody back', 'lane', () => ({ passageAt: () => 'free' })),
  fault('a second probe while the first is under way', 'memory', () => ({ isProbing: () => false })),
  fault('a probe by the very video that closed the gate', 'lane', ({ createLane }) => ({
    createLane(...given) {
      const honest = createLane(...given)
      return { ...honest, first: ({ except: _except, ...wanted }) => honest.first(wanted) }
    },
  })),
  fault('claims in the order of submission, however long a list is', 'lane', () => ({
    isBefore: (a, b) => a.id < b.id,
  })),
  fault('attempt time that is not counted', 'used-time', () => ({ chargeJob: () => undefined })),
  fault('a deadline that nobody keeps', 'job-row', ({ createJobRow }) => ({
    createJobRow: (input, now) => ({ ...createJobRow(input, now), deadlineAt: now + 1_000 * 24 * 3_600_000 }),
  })),
  fault('a change that nobody sees by the version', 'job-row', () => ({
    touch(job, now) {
      job.updatedAt = now
    },
  })),
  fault('an idempotency key that makes a job each time', 'memory', () => {
    let keys = 0
    return { idempotencyKeyOf: () => String((keys += 1)) }
  }),
  fault('an idempotency key that is shared by all owners', 'memory', () => ({
    idempotencyKeyOf: (_owner, key) => key,
  })),
  fault('a duplicate that is claimed', 'submitting', ({ insertJob }) => ({
    insertJob(storage, input) {
      const inserted = insertJob(storage, input)
      for (const row of storage.jobs.get(input.id)?.transcripts ?? []) {
        const lanes = storage.lanes.get(input.source)
        if (row.input.duplicateOf !== undefined) lanes?.get(row.input.gateKey)?.add(row, row.runAt)
      }
      return inserted
    },
  })),
  fault('a worker that is not seen', 'workers', () => ({ markSeen: () => undefined })),
  fault('a text that is given to all owners', 'reuse-index', ({ createReuseIndex }) => ({
    createReuseIndex() {
      const honest = createReuseIndex()
      return { ...honest, find: ({ owner: _owner, ...lookup }, now) => honest.find(lookup, now) }
    },
  })),
  fault('a late word about a delivery that is heard', 'delivery-row', () => ({
    isCurrentDelivery: ({ state }) => state.status === 'sending',
  })),
  fault('a delivery that is lost with its worker', 'delivery-row', () => ({ leaseEndOf: () => Infinity })),
  fault('a receiver without a limit', 'delivery-lanes', ({ createDeliveryLanes }) => ({
    createDeliveryLanes() {
      const honest = createDeliveryLanes()
      return { ...honest, take: (options) => honest.take({ ...options, freeOf: () => 1_000 }) }
    },
  })),
  fault('an import that is stored again', 'importing', ({ importJobs }) => ({
    importJobs(storage, jobs) {
      for (const { id } of jobs) storage.jobs.delete(id)
      return importJobs(storage, jobs)
    },
  })),
]

describe('the model', () => {
  it('finds nothing wrong with this storage: 200 sequences of up to 100 steps', async () => {
    await checkStorageModel({ storages: { memory: createMemoryHarness }, numRuns: 200 })
  }, 120_000)

  describe('finds, among 400 sequences of a seed,', () => {
    afterEach(() => vi.resetModules())

    it.each(FAULTS.map((planted) => [planted.what, planted] as const))('%s', async (_what, planted) => {
      const createHarness = await faultyHarness(planted)

      const checking = checkStorageModel({
        storages: { memory: createHarness },
        seed: 1,
        numRuns: 400,
        endOnFailure: true,
      })

      await expect(checking).rejects.toThrow(expect.objectContaining({ cause: expect.any(AssertionError) }))
    })
  })

  it('tells the seed, and the shortest sequence that leads to what it found', async () => {
    const createHarness = await faultyHarness(LATE_RESULTS)

    const checking = checkStorageModel({ storages: { memory: createHarness }, seed: 1, maxSteps: 40, numRuns: 400 })

    const [{ reason }] = (await Promise.allSettled([checking])) as [PromiseRejectedResult]
    const { message } = reason as Error
    expect(message).toContain('seed: 1,')
    // A video is claimed, given back and claimed again: the first result comes late.
    const steps = [...message.matchAll(/[[,]([a-z ]+) \{/g)].map(([, step]) => step)
    expect(steps.slice(0, 2)).toEqual(['submit', 'claim'])
    expect(steps.slice(-2)).toEqual(['claim', 'settle'])
    expect(steps.length).toBeLessThanOrEqual(8)
  }, 120_000)
})

async function faultyHarness({ plant, mend }: Fault): Promise<() => Promise<StorageHarness>> {
  vi.resetModules()
  plant()
  const { memoryStorage } = await import('../src/memory-storage.ts')
  mend()
  return async () => {
    const clock = manualClock()
    const storage = memoryStorage({ clock })
    return { storage, another: async () => storage, advance: (ms) => clock.advance(ms), dispose: () => storage.close() }
  }
}
