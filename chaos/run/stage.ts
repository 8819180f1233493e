// Everything that a run takes place on: a store, a stand-in YouTube, a receiver of callbacks, and the processes.
import { startStandInYouTube, type StandInYouTube } from '@ytscriptify/source-youtube/testing'
import { commandWith } from '../altered-command.mjs'
import { SECRET_KEY, environmentOf } from '../cluster/environment.ts'
import { createFleet } from '../cluster/fleet.ts'
import { startCallbackReceiver, type ReceiverAnswer } from '../cluster/receiver.ts'
import { startRelay, type Relay } from '../cluster/relay.ts'
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
  const members = { servers: namesOf('server', SERVERS[storage]), workers: namesOf('worker', WORKERS) }
  const relays = await startRelays(members.workers, store)
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
      const databaseUrl = relays.get(member)?.url ?? store.databaseUrl
      const parts = { name, databaseUrl, redisUrl: store.redis?.url, youtubeUrl: youtube.url }
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
  for (const name of members.servers) fleet.addServer(name)
  for (const name of members.workers) fleet.addWorker(name)
  const cast = createCast({
    fleet,
    processName: names.current,
    write,
    relayOf: (member) => relays.get(member),
    hasWorked: (process) => haveWorked.has(process),
    isExcused: excuses.anySince,
  })

  // A process that stands still does not notice that the run has failed, and would outlive it.
  const endAll = (): void => void fleet.end()
  process.once('exit', endAll)
  const close = async (): Promise<void> => {
    process.off('exit', endAll)
    await fleet.end()
    await Promise.all([...relays.values()].map((relay) => relay.close()))
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

const namesOf = (kind: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${kind}${index + 1}`)

/** By which the workers reach the database, each by its own. A file is not reached by a network. */
async function startRelays(names: readonly string[], store: Store): Promise<ReadonlyMap<string, Relay>> {
  if (!store.server) return new Map()
  return new Map(await Promise.all(names.map(async (name) => [name, await startRelay(store.databaseUrl)] as const)))
}

/** Of callbacks 30 % fail, and 5 % are never answered. */
function answerOf(random: () => number): ReceiverAnswer {
  const chance = random()
  return { how: chance < 0.3 ? 'fail' : chance < 0.35 ? 'hang' : 'take', afterMs: between(random, 0, 30) }
}
