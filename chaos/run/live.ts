// What happens on a stage: work comes in, things go wrong as planned, and then everybody is left alone until all has ended.
import { setTimeout as delay } from 'node:timers/promises'
import { createCaller } from '../cluster/caller.ts'
import { API_KEY } from '../cluster/environment.ts'
import { randomFrom } from '../random.mjs'
import { startCallers } from './callers.ts'
import type { Entry } from './entries.ts'
import { faultsOf, type Scene } from './faults.ts'
import { BACKLOG, FAULTS_PER_MINUTE, LEASE_MS } from './figures.ts'
import { planOf, type PlannedFault } from './plan.ts'
import type { Stage } from './stage.ts'
import { untilAllHasEnded, watchProgress, writeAllThatIsStored } from './stored.ts'

export interface LifeOptions {
  readonly seed: number
  /** How long things go wrong. */
  readonly seconds: number
  /** How long all may take to end after that, in milliseconds. */
  readonly patienceMs: number
  readonly write: (entry: Entry) => void
}

/** Resolves when it is over, and everything is in the journal. */
export async function live(stage: Stage, { seed, seconds, patienceMs, write }: LifeOptions): Promise<void> {
  const { cast, store, youtube, callbackUrl, excuses, newVersion } = stage
  const problem = (text: string): void => write({ what: 'problem', at: Date.now(), text })
  /** What comes in the way of the run itself is a violation, and the run goes on as far as it can. */
  const attempt = (step: () => Promise<void>): Promise<void> =>
    step().catch((error: unknown) => problem(error instanceof Error ? error.message : String(error)))

  const progress = watchProgress(store, write)
  const callers = startCallers({
    caller: createCaller({
      key: API_KEY,
      onPromise: ({ id, urls }) => write({ what: 'promised', at: Date.now(), job: id, urls }),
    }),
    servers: cast.servers,
    random: randomFrom(seed + 2),
    callbackUrl,
    isEnough: () => progress.open() >= BACKLOG,
    onProblem: problem,
  })
  const scene: Scene = {
    cast,
    callers,
    store,
    youtube,
    leaseMs: LEASE_MS,
    tell: (how, ms) => write({ what: 'disturbed', at: Date.now(), how, ...(ms !== undefined && { ms }) }),
    excused: excuses.during,
    alone: createAlone(),
    newVersion,
  }
  const plan = planOf(faultsOf(store), { seed, forMs: seconds * 1_000, faultsPerMinute: FAULTS_PER_MINUTE })
  const disturbed = disturb(scene, plan, attempt)

  await delay(seconds * 1_000)
  await attempt(callers.stop)
  await disturbed
  youtube.behaveWell()
  await attempt(() => untilAllHasEnded(store, { withinMs: patienceMs }))
  await attempt(progress.stop)
  await attempt(cast.stopAll)
  for (const text of cast.faults()) problem(text)
  await writeAllThatIsStored(store, write)
}

/** Lets everything happen that is planned, and resolves when the last of it is over. */
async function disturb(
  scene: Scene,
  plan: readonly PlannedFault[],
  attempt: (step: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const since = performance.now()
  await Promise.all(
    plan.map(async ({ atMs, fault, seed }) => {
      await delay(atMs - (performance.now() - since))
      await attempt(() => fault.act(scene, randomFrom(seed)))
    }),
  )
}

function createAlone(): Scene['alone'] {
  const busy = new Set<string>()
  return async (name, work) => {
    if (busy.has(name)) return
    busy.add(name)
    try {
      await work()
    } finally {
      busy.delete(name)
    }
  }
}
