// What changes nothing: looking at the rows and the figures, finding texts again. And what changes everything: time.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ReuseLookup } from '../../../storage.ts'
import { requestKeyOf } from '../../../transcript-request.ts'
import { ANY_REQUEST } from '../../builders.ts'
import { commandOf } from '../command.ts'
import { expectedActive, expectedStats, expectedWorkers, viewOfActive, viewOfStats, viewOfWorker } from '../figures.ts'
import { findReusable } from '../reading.ts'
import type { Replica } from '../replica.ts'
import type { Stage } from '../stage.ts'
import { hasEnded, type Model, type ModelJob } from '../state.ts'
import {
  MINUTE,
  expectedDelivery,
  expectedGate,
  expectedJob,
  expectedTranscript,
  inMinutes,
  viewOfDelivery,
  viewOfGate,
  viewOfJob,
  viewOfTranscript,
} from '../views.ts'
import { MAX_CRASHES, expireEverywhere } from './work.ts'
import { minutes, owner, sometimes, source, videoId } from './choices.ts'

export const findingTexts = fc
  .record({
    lookups: fc.array(fc.record({ source, videoId, owner: sometimes(owner), maxAgeMs: minutes(2, 20, 2_000) }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(
    commandOf({
      name: 'find texts',
      async take({ model, everywhere }, { lookups: drawn }) {
        const lookups = drawn.map(({ videoId: video, owner: of, ...lookup }): ReuseLookup => ({
          ...lookup,
          requestKey: requestKeyOf(video, ANY_REQUEST),
          ...(of !== undefined && { owner: of }),
        }))
        const expected = lookups.map((lookup) => {
          const { result } = findReusable(model, lookup) ?? {}
          return result && { ...result.content, fetchedAt: inMinutes(result.fetchedAt) }
        })
        await everywhere(async ({ storage, minuteOf }) => {
          const found = await storage.findReusable(lookups)
          return found.map((one) => one && { ...one, fetchedAt: minuteOf(one.fetchedAt) })
        }, expected)
      },
    }),
  )

export const looking = fc.constant({}).map(commandOf({ name: 'look', take: lookEverywhere }))

/** Compares every row that can be read, and holds it against the promises. */
export async function lookEverywhere(stage: Stage): Promise<void> {
  const { model, everywhere } = stage
  const jobIds = model.jobs.map(({ input }) => input.id)
  await everywhere(async (replica) => {
    const rows = await replica.rowsOf(jobIds)
    const broken = replica.witness.judge(rows)
    assert.deepEqual(broken, [], `${replica.name} breaks a promise`)
    return rows.map(({ job, transcripts, deliveries }) => ({
      job: viewOfJob(job, replica),
      transcripts: transcripts.map((transcript) => viewOfTranscript(transcript, replica)),
      deliveries: deliveries.map((delivery) => viewOfDelivery(delivery, replica)),
    }))
  }, model.jobs.map(expectedRows))
  await everywhere(figuresOf, expectedFigures(model))
}

const expectedRows = (job: ModelJob) => ({
  job: expectedJob(job),
  transcripts: job.transcripts.map(expectedTranscript),
  deliveries: job.delivery ? [expectedDelivery(job.delivery)] : [],
})

async function figuresOf(replica: Replica) {
  const { storage } = replica
  const [gates, workers, active, stats] = await Promise.all([
    storage.listGates(),
    storage.listWorkers(),
    storage.listActive({ limit: 100 }),
    storage.stats(),
  ])
  return {
    gates: inOrder(gates.map((gate) => viewOfGate(gate, replica))),
    workers: workers.map((worker) => viewOfWorker(worker, replica)),
    active: active.map((one) => viewOfActive(one, replica)),
    stats: viewOfStats(stats),
  }
}

const expectedFigures = (model: Model) => ({
  gates: inOrder(model.gates.map(expectedGate)),
  workers: expectedWorkers(model),
  active: expectedActive(model),
  stats: expectedStats(model),
})

const inOrder = <T extends { readonly source: string; readonly key: string }>(gates: readonly T[]): T[] =>
  gates.toSorted((a, b) => (`${a.source} ${a.key}` < `${b.source} ${b.key}` ? -1 : 1))

const DAY = 24 * 60

export const waiting = fc
  .oneof({ weight: 30, arbitrary: minutes(1, 2, 3) }, { weight: 1, arbitrary: minutes(30, DAY) })
  .map((ms) => ({ minutes: ms / MINUTE }))
  .map(commandOf({ name: 'wait', take: (stage, { minutes: count }) => stage.advance(count * MINUTE) }))

/** Lets time run out: whatever was left undone, every job ends. */
export async function endEverywhere(stage: Stage): Promise<void> {
  await stage.advance(10 * DAY * MINUTE)
  await expireEverywhere(stage, { maxCrashes: MAX_CRASHES, limit: 1_000 })
  assert.ok(stage.model.jobs.every(hasEnded), 'a job never ends')
}
