// The property: whatever is done to storages in whatever order, they do what the model says.
import fc from 'fast-check'
import type { StorageHarness } from '../storage-harness.ts'
import type { Command } from './command.ts'
import { endEverywhere, lookEverywhere } from './commands/looking.ts'
import { sequencesOf } from './sequences.ts'
import { createStage } from './stage.ts'

/** What fast-check may be told besides, such as `numRuns`, `seed` and `endOnFailure`. */
export interface StorageModelOptions extends fc.Parameters<[Iterable<Command>]> {
  /** What makes an empty storage, by its name. Those that are given together are told the same, and must answer the same. */
  readonly storages: Readonly<Record<string, () => Promise<StorageHarness>>>
  /** How many steps a sequence has at most. @default 100 */
  readonly maxSteps?: number
}

/** How often something happened, by what it was: so that a test can say that it has been everywhere. */
export type StorageModelEvents = ReadonlyMap<string, number>

/**
 * Does things in any order to storages and to a model of them, and compares every answer and, in the end, every row: jobs that
 * are submitted, claimed, lost, refused, cancelled, tried again, imported and purged, gates and their probes, deadlines,
 * duplicates, callbacks. Then lets time run out, and expects every job to have ended as was promised.
 *
 * Needs fast-check, which you install yourself.
 *
 * @throws fast-check's error when an answer is another one: it gives the seed, and the shortest sequence that leads there.
 */
export async function checkStorageModel({
  storages,
  maxSteps = 100,
  ...parameters
}: StorageModelOptions): Promise<StorageModelEvents> {
  const events = new Map<string, number>()
  const note = (event: string): void => void events.set(event, (events.get(event) ?? 0) + 1)

  await fc.assert(
    fc.asyncProperty(sequencesOf({ maxSteps }), async (sequence) => {
      let tries = MAX_TRIES
      while (!(await play(sequence, { mayStall: (tries -= 1) > 0 }))) note('played again')
    }),
    parameters,
  )
  return events

  /** @returns whether it proves something: where the machine stood still in between, clocks that run by themselves decide. */
  async function play(sequence: Iterable<Command>, { mayStall }: { readonly mayStall: boolean }): Promise<boolean> {
    const stage = await createStage(storages, { note, now: () => performance.now() })
    try {
      await fc.asyncModelRun(() => ({ model: stage.model, real: stage }), sequence)
      await lookEverywhere(stage)
      await endEverywhere(stage)
      await lookEverywhere(stage)
      return true
    } catch (error) {
      if (mayStall && stage.hasStalled()) return false
      throw error
    } finally {
      await stage.dispose()
    }
  }
}

const MAX_TRIES = 3
