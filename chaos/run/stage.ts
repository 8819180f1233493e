// Everything that a run takes place on: a store, a stand-in YouTube, a receiver of callbacks, and the processes.
import { startStandInYouTube, type StandInYouTube } from '@ytscriptify/source-youtube/testing'
import { commandWith } from '../altered-command.mjs'
import { SECRET_KEY, environmentOf } from '../cluster/environment.ts'
import { createFleet } from '../cluster/fleet.ts'
import { startCallbackReceiver, type ReceiverAnswer } from '../cluster/receiver.ts'
import { between, randomFrom } from '../random.mjs'
import { createCast, type Cast } from './cast.ts'
import { clockOffsetOf } from './clocks.ts'
import type { Entry } from './entries.ts'
import { createExcuses, type Excuses } from './excuses.ts'
import { LEASE_MS, SERVERS, SETTINGS, SLOTS, WORKERS, YOUTUBE_LATENCY_MS } from './figures.ts'
import { openStore } from './open-store.ts'
import { createProcessNames } from './process-names.ts'
import { saidIn } from './said.ts'
import type { StorageKind, Store } from './store.ts'

export interface Stage {
  readonly store: Store
  readonly youtube: StandInYouTube
  readonly callbackUrl: string
  readonly cast: Cast
  readonly excuses: Excuses
  /** From now on, processes start with one more migration. */
  newVersion(): void
  /** Kills all that runs. */
  close(): Promise<void>
}

export interface StageOptions {
  readonly storage: StorageKind
  readonly seed: number
  readonly without?: string | undefined
  readonly folder: string
  readonly write: (entry: Entry) => void
}

/** Resolves when all processes run, and the witness watches. */
export async function openStage({ storage, seed, without, folder, write }: StageOptions): Promise<Stage> {
  const random = randomFrom(seed + 1)
  const [store, youtube, receiver] = await Promise.all([
    openStore(storage, { folder }),
    startStandInYouTube({ latencyMs: YOUTUBE_LATENCY_MS }),
    startCallbackReceiver({ journal: { write }, secret: SECRET_KEY, behave: () => answerOf(random) }),
  ])
  const alterations = ['short waits', ...(without === undefined ? [] : [without])]
  let program = commandWith(alterations, folder)
  let versions = 0
  const names = createProcessNames()
  const haveWorked = new Set<string>()
  const excuses = createExcuses()

  const fleet = createFleet({
    program: () => program,
    folder,
    concurrency: SLOTS,
    leaseMs: LEASE_MS,
    environmentOf(member) {
      const name = names.next(member)
      const parts = { name, databaseUrl: store.databaseUrl, redisUrl: store.redis?.url, youtubeUrl: youtube.url }
      const clockOffsetMs = clockOffsetOf(seed, name)
      return { ...environmentOf({ ...parts, receiverHost: receiver.host, clockOffsetMs }), ...SETTINGS }
    },
    onLine(line, member) {
      const said = saidIn(line, names.current(member))
      if (!said) return
      write(said)
      if (said.event === 'attempt.ended') haveWorked.add(said.process)
    },
  })
  for (let index = 1; index <= SERVERS[storage]; index += 1) fleet.addServer(`server${index}`)
  for (let index = 1; index <= WORKERS; index += 1) fleet.addWorker(`worker${index}`)
  const cast = createCast({
    fleet,
    processName: names.current,
    write,
    hasWorked: (process) => haveWorked.has(process),
    isExcused: excuses.anySince,
  })

  // A process that stands still does not notice that the run has failed, and would outlive it.
  const endAll = (): void => void fleet.end()
  process.once('exit', endAll)
  const close = async (): Promise<void> => {
    process.off('exit', endAll)
    await fleet.end()
    await Promise.all([store.close(), youtube.close(), receiver.close()])
  }
  try {
    await cast.startAll()
    await store.watch()
  } catch (error) {
    await close()
    throw error
  }
  return {
    store,
    youtube,
    callbackUrl: receiver.url,
    cast,
    excuses,
    newVersion() {
      versions += 1
      program = commandWith([...alterations, `schema + ${versions}`], folder)
      excuses.now()
    },
    close,
  }
}

/** Of callbacks 30 % fail, and 5 % are never answered. */
function answerOf(random: () => number): ReceiverAnswer {
  const chance = random()
  return { how: chance < 0.3 ? 'fail' : chance < 0.35 ? 'hang' : 'take', afterMs: between(random, 0, 30) }
}
