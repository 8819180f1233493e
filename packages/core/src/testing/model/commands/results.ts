// What becomes of attempts, and of all that a worker holds when it stops.
import fc from 'fast-check'
import type { GatePolicy } from '../../../gate.ts'
import type { Outcome, SettleResult } from '../../../storage.ts'
import { contentOf, errorOf } from '../../builders.ts'
import { commandOf, nthOf } from '../command.ts'
import { settle } from '../settling.ts'
import type { Stage } from '../stage.ts'
import { allTranscripts, type Grant, type Model } from '../state.ts'
import { MINUTE, expectedGate, expectedJob, viewOfGate, viewOfJob, wholeMinute, type Reader } from '../views.ts'
import { minutes, sometimes } from './choices.ts'
import { leave, workerName } from './work.ts'

const POLICY: GatePolicy = { minMs: MINUTE, maxMs: 3 * MINUTE, maxClosings: 2 }

const afterMs = minutes(0, 1, 2, 4)

const completed = fc.record({ type: fc.constant('completed' as const), text: fc.constantFrom('A text.', 'Ünö.') })
const reused = fc.record({
  type: fc.constant('reused' as const),
  text: fc.constant('Again.'),
  agoMs: minutes(0, 3, 30),
})
const failed = fc.record({ type: fc.constant('failed' as const), answered: fc.boolean() })
const retry = fc.record({
  type: fc.constant('retry' as const),
  afterMs,
  countsAsFailure: fc.boolean(),
  answered: fc.boolean(),
})
const refused = fc.record({
  type: fc.constant('refused' as const),
  retryAfterMs: afterMs,
  isFinal: sometimes(fc.constant(true)),
})
const released = fc.record({ type: fc.constant('released' as const) })

const outcome = fc.oneof(
  { weight: 4, arbitrary: completed },
  { weight: 1, arbitrary: reused },
  { weight: 2, arbitrary: failed },
  { weight: 3, arbitrary: retry },
  { weight: 3, arbitrary: refused },
  { weight: 1, arbitrary: released },
)
type DrawnOutcome = typeof outcome extends fc.Arbitrary<infer T> ? T : never

const settlingWith = (outcomes: fc.Arbitrary<DrawnOutcome>) =>
  fc
    .record({
      // Mostly the current attempts; otherwise any that there ever was.
      lease: fc.oneof({ weight: 4, arbitrary: fc.constant('held') }, { weight: 1, arbitrary: fc.constant('any') }),
      nth: fc.nat(),
      outcome: outcomes,
    })
    .map(
      commandOf({
        name: 'settle',
        canBeTaken: (model, options) => leaseFor(model, options) !== undefined,
        async take(stage, { outcome: drawn, ...options }) {
          const lease = leaseFor(stage.model, options)
          if (lease) await settleEverywhere(stage, lease, drawn)
        },
      }),
    )

export const settling = settlingWith(outcome)
/** A source that refuses, again and again. */
export const refusing = settlingWith(refused)

function leaseFor(model: Model, { lease, nth }: { readonly lease: string; readonly nth: number }): Grant | undefined {
  return nthOf(lease === 'held' ? heldLeases(model) : model.leases, nth)
}

const heldLeases = (model: Model): Grant[] =>
  allTranscripts(model)
    .filter(({ held }) => held)
    .map(({ name, attempt }) => ({ of: name, attempt }))

async function settleEverywhere({ model, everywhere }: Stage, lease: Grant, drawn: DrawnOutcome): Promise<void> {
  const minute = wholeMinute(model)
  const settled = settle(
    model,
    lease,
    outcomeOf(drawn, (ago) => new Date(minute - ago)),
  )
  const expected = settled && {
    status: settled.transcript.status,
    endedJob: settled.hasEndedJob ? expectedJob(settled.transcript.job) : undefined,
    gate: settled.gate && expectedGate(settled.gate),
  }
  await everywhere(async (replica) => {
    const settlement = {
      lease: replica.leaseOf(lease),
      outcome: outcomeOf(drawn, (ago) => replica.dateAt(minute - ago)),
    }
    return viewOfSettled(await replica.storage.settle(settlement), replica)
  }, expected)
}

function outcomeOf(drawn: DrawnOutcome, ago: (ms: number) => Date): Outcome {
  switch (drawn.type) {
    case 'completed':
      return { type: 'completed', content: contentOf(drawn.text) }
    case 'reused':
      return { type: 'completed', content: contentOf(drawn.text), fetchedAt: ago(drawn.agoMs) }
    case 'failed':
      return { ...drawn, error: errorOf('video_private') }
    case 'retry':
      return { ...drawn, error: errorOf('source_timeout') }
    case 'refused': {
      const { isFinal, ...refused } = drawn
      return { ...refused, error: errorOf('source_blocked'), policy: POLICY, ...(isFinal && { final: true }) }
    }
    case 'released':
      return drawn
  }
}

function viewOfSettled(result: SettleResult, reader: Reader): unknown {
  if (!result.accepted) return undefined
  const { status, endedJob, gate } = result
  return { status, endedJob: endedJob && viewOfJob(endedJob, reader), gate: gate && viewOfGate(gate, reader) }
}

/** A worker that stops gives back what it has. */
export const draining = fc.record({ worker: workerName }).map(
  commandOf({
    name: 'drain',
    canBeTaken: ({ workers }, { worker }) => workers.has(worker),
    async take(stage, { worker }) {
      const held = allTranscripts(stage.model).filter(({ held: hold }) => hold?.by === worker)
      for (const { name: of, attempt } of held) await settleEverywhere(stage, { of, attempt }, { type: 'released' })
      await leave(stage, worker)
    },
  }),
)
