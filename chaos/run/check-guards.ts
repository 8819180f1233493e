// Takes one guard after the other out of the engine, and shows that a run finds it. Before that, that it finds nothing with
// all of them in.
import { runChaos, type ChaosRun, type ChaosRunOptions } from './chaos-run.ts'
import { STORAGES, type StorageKind } from './store.ts'

/** What each guard is for on these storages. A file has one writer at a time, so that nobody locks rows there. */
const CHECKS: readonly { readonly guard: string; readonly storages: readonly StorageKind[] }[] = [
  { guard: 'fence', storages: STORAGES },
  { guard: 'lock order', storages: ['postgres'] },
  { guard: 'job lock', storages: ['postgres'] },
  { guard: 'answer after commit', storages: STORAGES },
  { guard: 'outbox', storages: STORAGES },
  { guard: 'reconciler', storages: STORAGES },
  { guard: 'clock', storages: ['postgres'] },
]

/** A run of half a minute may be lucky. */
const TRIES = 3
const SECONDS = 30

/** What a worker that was presumed dead writes is rare where each step is a round trip. */
const SECONDS_OF_FENCE_ON_POSTGRES = 90

/** @returns the exit code: 1 when a guard is missed by nobody, or something is found with all of them in. */
export async function checkGuards({ seed }: { readonly seed: number }): Promise<number> {
  let isGood = true
  for (const storage of STORAGES) {
    const violations = await violationsOf({ storage, seed, seconds: SECONDS })
    tell({ guard: 'all guards in', storage, violations })
    isGood &&= violations.length === 0
  }
  for (const { guard, storages } of CHECKS) {
    for (const storage of storages) {
      const violations = await violationsWithout(guard, { storage, seed })
      tell({ guard: `without ${guard}`, storage, violations })
      isGood &&= violations.length > 0
    }
  }
  console.log(
    isGood ? 'Every guard is missed when it is not there.' : 'NOT every guard is missed when it is not there.',
  )
  return isGood ? 0 : 1
}

async function violationsWithout(
  guard: string,
  { storage, seed }: Pick<ChaosRunOptions, 'storage' | 'seed'>,
): Promise<ChaosRun['violations']> {
  const seconds = guard === 'fence' && storage === 'postgres' ? SECONDS_OF_FENCE_ON_POSTGRES : SECONDS
  for (let tries = 0; tries < TRIES; tries += 1) {
    const violations = await violationsOf({ storage, seed: seed + tries, seconds, without: guard })
    if (violations.length > 0) return violations
  }
  return []
}

async function violationsOf(options: ChaosRunOptions): Promise<ChaosRun['violations']> {
  const run = await runChaos(options)
  run.forget()
  return run.violations
}

interface Finding {
  readonly guard: string
  readonly storage: StorageKind
  readonly violations: ChaosRun['violations']
}

function tell({ guard, storage, violations: [first, ...others] }: Finding): void {
  const count = first === undefined ? 0 : 1 + others.length
  console.log(
    `${guard.padEnd(28)} ${storage.padEnd(9)} ${String(count).padStart(5)} violations   ${first ?? ''}`.trimEnd(),
  )
}
