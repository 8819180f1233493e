// What can go wrong in a run.
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@ytscriptify/core/testing'
import { MISBEHAVIOURS, type StandInYouTube } from '@ytscriptify/source-youtube/testing'
import { between, oneOf } from '../random.mjs'
import type { Actor } from './actor.ts'
import type { Callers } from './callers.ts'
import type { Cast } from './cast.ts'
import type { RunRedis } from './run-redis.ts'
import type { DatabaseServer, Store } from './store.ts'

/** What there is to disturb. */
export interface Scene {
  readonly cast: Cast
  readonly callers: Callers
  readonly store: Store
  readonly youtube: StandInYouTube
  readonly leaseMs: number
  /** Tells the journal what was done, beside what the cast tells. */
  readonly tell: (how: string, ms?: number) => void
  /** Processes may fail to start and to stop in good order as long as `work` runs. */
  readonly excused: (work: () => Promise<void>) => Promise<void>
  /** Does it, unless something of that name is being done. */
  readonly alone: (name: string, work: () => Promise<void>) => Promise<void>
  /** From now on, processes start with one more migration. */
  readonly newVersion: () => void
}

export interface Fault {
  readonly name: string
  /** How often it comes, compared with the others. */
  readonly weight: number
  /** What it takes. @default nothing */
  readonly needs?: 'redis' | 'database server'
  readonly act: (scene: Scene, random: () => number) => Promise<void>
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a worker is killed',
    weight: 30,
    act: ({ cast }, random) => cast.killWorker(random(), (actor) => killed(actor, random)),
  },
  {
    name: 'a worker is killed again as it starts',
    weight: 4,
    act: ({ cast }, random) =>
      cast.killWorker(random(), async (actor) => {
        await actor.kill()
        const started = actor.start()
        await delay(between(random, 20, 500))
        await actor.kill()
        await started
        await actor.start()
      }),
  },
  {
    name: 'a worker stands still',
    weight: 50,
    act: ({ cast, leaseMs }, random) =>
      cast.disturb('worker', random(), (actor) => actor.pause(pauseOf(random, leaseMs))),
  },
  {
    name: 'a worker stands still and is killed',
    weight: 5,
    act: ({ cast, leaseMs }, random) =>
      cast.killWorker(random(), async (actor) => {
        await actor.pauseAndKill(pauseOf(random, leaseMs))
        await actor.start()
      }),
  },
  {
    name: 'a worker is cut off from the database until others have taken over',
    weight: 6,
    needs: 'database server',
    act: ({ cast, store, leaseMs }, random) =>
      cast.disturb('worker', random(), (actor) =>
        actor.cutOffDuring(async () => {
          const until = performance.now() + CUT_OFF_MS
          do await delay(leaseMs / 2)
          while (performance.now() < until && (await holds(store, actor.member.name)))
        }),
      ),
  },
  {
    name: 'a server is killed',
    weight: 5,
    act: ({ cast }, random) => cast.disturb('server', random(), (actor) => killed(actor, random)),
  },
  {
    name: 'a server is killed as it answers',
    weight: 5,
    act: ({ cast, callers }, random) =>
      cast.disturb('server', random(), async (actor) => {
        await callers.submitTo(actor.member)
        await killed(actor, random)
      }),
  },
  {
    name: 'a server is killed between the insert and the hint',
    weight: 1,
    needs: 'redis',
    act: ({ cast, callers, store, alone }, random) =>
      alone('Redis', async () => {
        await cast.disturb('server', random(), async (actor) => {
          await redisOf(store).holdingChanges(async () => {
            const key = randomUUID()
            const answer = callers.submitTo(actor.member, key)
            const isStored = async (): Promise<boolean> =>
              (await store.rows('SELECT id FROM jobs WHERE idempotency_key = $1', [key])).length > 0
            // A server that cannot reach the database stores nothing, and says so.
            await Promise.race([eventually(isStored, { what: 'the job is stored', withinMs: 180_000 }), answer])
            await actor.kill()
            await answer
          })
          await actor.start()
        })
      }),
  },
  {
    name: 'a server stands still',
    weight: 5,
    act: ({ cast, leaseMs }, random) =>
      cast.disturb('server', random(), (actor) => actor.pause(pauseOf(random, leaseMs))),
  },
  {
    name: 'a job is cancelled',
    weight: 12,
    act: ({ callers }, random) => callers.cancel(random()),
  },
  {
    name: 'a job is retried',
    weight: 8,
    act: ({ callers }, random) => callers.retry(random()),
  },
  {
    name: 'YouTube misbehaves',
    weight: 6,
    async act({ youtube, tell }, random) {
      const forMs = between(random, 100, 600)
      const how = oneOf(random, MISBEHAVIOURS)
      tell('YouTube misbehaved', forMs)
      youtube.behave({ how, forMs, times: between(random, 1, 6) })
    },
  },
  {
    name: 'Redis forgets everything',
    weight: 6,
    needs: 'redis',
    act: ({ store, alone, tell }) =>
      alone('Redis', async () => {
        tell('Redis forgot')
        await redisOf(store).forgetAll()
      }),
  },
  {
    name: 'hints and notes are forged and repeated',
    weight: 5,
    needs: 'redis',
    act: ({ store, alone, tell }, random) =>
      alone('Redis', async () => {
        const { forger } = redisOf(store)
        tell('hints forged')
        const jobs = await store.rows<{ id: string }>('SELECT id FROM jobs ORDER BY created_at DESC LIMIT 20')
        await forger.hint(between(random, 10, 100))
        await forger.note(
          between(random, 10, 100),
          jobs.map(({ id }) => id),
        )
      }),
  },
  {
    name: 'Redis is away for 10 s',
    weight: 0.6,
    needs: 'redis',
    act: ({ store, alone, tell }) =>
      alone('Redis', async () => {
        tell('Redis stopped', 10_000)
        await redisOf(store).stop({ awayMs: 10_000 })
      }),
  },
  {
    name: 'the database ends connections',
    weight: 4,
    needs: 'database server',
    act: ({ store, excused, tell }, random) =>
      excused(async () => {
        tell('connections ended')
        await serverOf(store).endConnections(between(random, 1, 5))
      }),
  },
  {
    name: 'the database crashes',
    weight: 0.3,
    needs: 'database server',
    act: ({ store, alone, excused, tell }, random) =>
      alone('the database', () =>
        excused(async () => {
          const awayMs = between(random, 0, 2_000)
          tell('database crashed', awayMs)
          await serverOf(store).crash({ awayMs })
        }),
      ),
  },
  {
    name: 'a new version replaces the old one, process by process',
    weight: 0.6,
    act: ({ cast, alone, newVersion, tell }) =>
      alone('a new version', async () => {
        tell('new version')
        newVersion()
        await cast.disturbEach((actor) => actor.replace())
      }),
  },
]

/** The faults that a run on this store can have. */
export const faultsOf = (store: Store): readonly Fault[] =>
  FAULTS.filter(({ needs }) => (needs === 'redis' ? store.redis : needs === 'database server' ? store.server : true))

function redisOf({ redis }: Store): RunRedis {
  if (!redis) throw new Error('This run has no Redis.')
  return redis
}

function serverOf({ server }: Store): DatabaseServer {
  if (!server) throw new Error('This run has no database server.')
  return server
}

async function killed(actor: Actor, random: () => number): Promise<void> {
  await actor.kill()
  await delay(between(random, 0, 200))
  await actor.start()
}

/** How long a worker is cut off at most, in milliseconds. */
const CUT_OFF_MS = 8_000

/** Whether the processes of this worker hold anything, as the database knows it. */
async function holds(store: Store, worker: string): Promise<boolean> {
  const rows = await store.rows(
    `SELECT id FROM transcripts WHERE status = 'processing' AND claimed_by IN (SELECT id FROM workers WHERE name = $1)`,
    [worker],
  )
  return rows.length > 0
}

/** Mostly for longer than a lease, so that others take over; sometimes for less, so that nothing may happen. */
function pauseOf(random: () => number, leaseMs: number): number {
  return random() < 0.3 ? between(random, 20, leaseMs / 2) : between(random, leaseMs, 1.5 * leaseMs)
}
