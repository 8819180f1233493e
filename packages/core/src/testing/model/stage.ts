// Where a sequence is played: the model, and beside it the storages, which are all told the same.
import assert from 'node:assert/strict'
import type { StorageHarness } from '../storage-harness.ts'
import { createReplica, type Replica } from './replica.ts'
import { createModel, type Model } from './state.ts'
import { MINUTE, inMinutes } from './views.ts'

export interface Stage {
  readonly model: Model
  readonly replicas: readonly Replica[]
  /** Asks all storages, and compares what each answers with what the model expects. */
  everywhere(call: (replica: Replica) => Promise<unknown>, expected: unknown): Promise<void>
  advance(ms: number): Promise<void>
  /** Whether so much real time has gone by between two steps that clocks which run by themselves may have decided something. */
  hasStalled(): boolean
  dispose(): Promise<void>
}

/**
 * @param harnesses - By the names of their storages.
 * @param now - A clock that shows how much real time goes by, in milliseconds.
 */
export async function createStage(
  harnesses: Readonly<Record<string, () => Promise<StorageHarness>>>,
  { note, now }: { readonly note: (event: string) => void; readonly now: () => number },
): Promise<Stage> {
  const model = createModel(note)
  const replicas = await Promise.all(
    Object.entries(harnesses).map(async ([name, create]) => createReplica(name, await create())),
  )
  let lookedAt = now()
  let longestMs = 0

  return {
    model,
    replicas,

    async everywhere(call, expected) {
      const answers = await Promise.all(replicas.map(call))
      for (const [index, { name, minuteOf }] of replicas.entries())
        assert.deepEqual(
          plain(answers[index], minuteOf),
          plain(expected, inMinutes),
          `${name} does not do what the model says`,
        )
    },

    async advance(ms) {
      longestMs = Math.max(longestMs, now() - lookedAt)
      if (ms >= MINUTE) lookedAt = now()
      model.now += ms
      await Promise.all(replicas.map((replica) => replica.advance(ms)))
    },

    hasStalled: () => Math.max(longestMs, now() - lookedAt) > STALL_MS,
    dispose: async () => void (await Promise.all(replicas.map((replica) => replica.dispose()))),
  }
}

/** Videos of a job rank two seconds apart. */
const STALL_MS = 1_000

/** Without what is undefined, and with the moments that messages name as minutes. */
function plain(value: unknown, minuteOf: (ms: number) => number): unknown {
  if (value === undefined) return undefined
  const text = JSON.stringify(value).replaceAll(INSTANT, (instant) => `minute ${minuteOf(Date.parse(instant))}`)
  return JSON.parse(text)
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g
