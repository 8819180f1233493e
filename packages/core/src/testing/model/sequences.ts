// In which order things are done: any. But who does everything at once seldom gets deep into anything, so that each sequence has
// something that it does more of.
import fc from 'fast-check'
import type { Command } from './command.ts'
import { claimingDeliveries, replaying, settlingDelivery } from './commands/callbacks.ts'
import { importing, importingDone } from './commands/imports.ts'
import { cancelling, listing, purging, retrying, submitting } from './commands/jobs.ts'
import { findingTexts, looking, waiting } from './commands/looking.ts'
import { draining, refusing, settling } from './commands/results.ts'
import { claiming, expiring, leaving, renewing } from './commands/work.ts'

type Weights = readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Command>])[]

const EVERYTHING: Weights = [
  [9, submitting],
  [12, claiming],
  [14, settling],
  [7, waiting],
  [4, expiring],
  [3, renewing],
  [1, draining],
  [1, leaving],
  [2, cancelling],
  [2, retrying],
  [1, importing],
  [1, purging],
  [1, listing],
  [3, findingTexts],
  [4, claimingDeliveries],
  [4, settlingDelivery],
  [1, replaying],
  [1, looking],
]

const GATES: Weights = [
  [5, submitting],
  [14, claiming],
  [8, settling],
  [8, refusing],
  [8, waiting],
  [2, expiring],
  [1, renewing],
  [1, draining],
]

const CRASHES: Weights = [
  [5, submitting],
  [14, claiming],
  [5, settling],
  [10, waiting],
  [10, expiring],
  [5, renewing],
  [1, leaving],
  [1, cancelling],
]

const CALLBACKS: Weights = [
  [3, submitting],
  [5, importingDone],
  [2, cancelling],
  [14, claimingDeliveries],
  [14, settlingDelivery],
  [2, replaying],
  [8, waiting],
  [1, purging],
  [1, looking],
]

/** @param options.maxSteps - How many steps a sequence has at most. */
export const sequencesOf = ({ maxSteps }: { readonly maxSteps: number }): fc.Arbitrary<Iterable<Command>> =>
  fc.oneof(
    ...[EVERYTHING, GATES, CRASHES, CALLBACKS].map((weights) =>
      fc.commands([fc.oneof(...weights.map(([weight, arbitrary]) => ({ weight, arbitrary })))], {
        maxCommands: maxSteps,
        size: 'max',
        // Who knows the seed finds the sequence again.
        disableReplayLog: true,
      }),
    ),
  )
