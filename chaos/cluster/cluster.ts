// Servers and workers as people run them on many machines: real processes of the built command on a PostgreSQL and a Redis
// of their own, with a stand-in YouTube, a receiver of callbacks, and a witness that none of them knows of.
//
// `REMOVED_GUARD=fence npx vitest run chaos/test/cluster-workers.test.ts` takes a guard out of every process (see
// guards.mjs): the test of that guard must fail then.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@ytscriptify/core/testing'
import { startStandInYouTube, type StandInYouTube } from '@ytscriptify/source-youtube/testing'
import { startPostgres, startRedis } from '@ytscriptify/test-servers'
import { commandWith } from '../altered-command.mjs'
import { createCaller, type Caller } from './caller.ts'
import { API_KEY, SECRET_KEY, environmentOf } from './environment.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { openJournal } from './journal.ts'
import { startCallbackReceiver, type CallbackReceiver, type Receipt } from './receiver.ts'
import { untilSettled, violationsIn } from './verdict.ts'
import { openWitness, type Witness } from './witness.ts'

export interface ClusterOptions {
  /** @default 2 */
  readonly servers?: number
  /** @default 3 */
  readonly workers?: number
  /** Videos at a time in each worker. @default 4 */
  readonly concurrency?: number
  /** In milliseconds; a busy machine must be able to renew in time. @default 2 s */
  readonly leaseMs?: number
  /** How long each of the answers takes that a video needs, in milliseconds. @default 50 */
  readonly youtubeLatencyMs?: number
  /** How long the receiver takes for a callback, in milliseconds. @default 0 */
  readonly receiverLatencyMs?: number
  /** Whether the processes are told of the Redis. @default true */
  readonly usesRedis?: boolean
  /** How wrong the clock of a process is, in milliseconds. @default all are right */
  readonly clockOffsetMs?: (name: string) => number
}

export interface Cluster extends Caller, Omit<Fleet, 'end'> {
  readonly postgres: Awaited<ReturnType<typeof startPostgres>>
  readonly redis: Awaited<ReturnType<typeof startRedis>>
  readonly youtube: StandInYouTube
  readonly receiver: CallbackReceiver
  readonly witness: Witness
  /** Ids of videos that no other job of this cluster has. */
  videos(count: number): readonly string[]
  /** Resolves when so many videos more have ended. */
  progress(videos: number): Promise<void>
  /** Resolves when every job has ended and every callback is sent. */
  settled(): Promise<void>
  /** What was promised or must hold, and does not. To be asked when all is {@link settled}. */
  violations(): Promise<readonly string[]>
  close(): Promise<void>
}

export async function startCluster({
  servers: serverCount = 2,
  workers: workerCount = 3,
  concurrency = 4,
  leaseMs = 2_000,
  youtubeLatencyMs = 50,
  receiverLatencyMs = 0,
  usesRedis = true,
  clockOffsetMs = () => 0,
}: ClusterOptions = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'ytscriptify-cluster-'))
  const receipts = openJournal<Receipt>(join(folder, 'receipts'))
  const [postgres, redis, youtube, receiver] = await Promise.all([
    startPostgres({ fsync: true }),
    startRedis(),
    startStandInYouTube({ latencyMs: youtubeLatencyMs }),
    startCallbackReceiver({
      journal: receipts,
      secret: SECRET_KEY,
      behave: () => ({ how: 'take', afterMs: receiverLatencyMs }),
    }),
  ])
  const program = commandWith(REMOVED_GUARD === '' ? [] : [REMOVED_GUARD], folder)
  const fleet = createFleet({
    program: () => program,
    folder,
    concurrency,
    leaseMs,
    environmentOf: (name) =>
      environmentOf({
        name,
        databaseUrl: postgres.url,
        redisUrl: usesRedis ? redis.url : undefined,
        youtubeUrl: youtube.url,
        receiverHost: receiver.host,
        clockOffsetMs: clockOffsetMs(name),
      }),
  })
  const close = async (): Promise<void> => {
    await fleet.end()
    await Promise.all([postgres.stop(), redis.stop(), youtube.close(), receiver.close()])
    receipts.close()
    await rm(folder, { recursive: true, force: true })
  }

  const witness = await startAll(fleet, { serverCount, workerCount, databaseUrl: postgres.url }).catch(
    async (error: unknown) => {
      await close()
      throw error
    },
  )
  const caller = createCaller({ key: API_KEY })
  let videoCount = 0

  return {
    ...caller,
    ...fleet,
    postgres,
    redis,
    youtube,
    receiver,
    witness,
    videos: (count) => Array.from({ length: count }, () => `bulk${String((videoCount += 1)).padStart(7, '0')}`),
    async progress(videos) {
      const goal = (await endedVideos(witness)) + videos
      const isReached = async (): Promise<boolean> => {
        expectAlive(fleet)
        return (await endedVideos(witness)) >= goal
      }
      await eventually(isReached, { what: `${videos} more videos have ended`, withinMs: PATIENCE_MS })
    },
    settled: () => untilSettled(witness, { withinMs: PATIENCE_MS }),
    violations: () =>
      violationsIn({
        witness,
        received: receipts.entries(),
        members: [...fleet.servers, ...fleet.workers],
        promised: caller.promised(),
      }),
    async close() {
      await witness.close()
      await close()
    },
  }
}

const REMOVED_GUARD = process.env['REMOVED_GUARD'] ?? ''

/** How long anything may take, on a machine that does other things too. */
export const PATIENCE_MS = 60_000

/** All at once, on an empty database: one of them makes the schema. */
async function startAll(
  fleet: Fleet,
  options: { readonly serverCount: number; readonly workerCount: number; readonly databaseUrl: string },
): Promise<Witness> {
  const { serverCount, workerCount, databaseUrl } = options
  const servers = namesOf('server', serverCount).map((name) => fleet.addServer(name))
  const workers = namesOf('worker', workerCount).map((name) => fleet.addWorker(name))
  const members = [...servers, ...workers]
  await Promise.all(members.map((member) => member.start()))
  return openWitness(databaseUrl)
}

/** There is nothing to wait for when processes end by themselves. */
function expectAlive({ servers, workers }: Fleet): void {
  const [fault] = [...servers, ...workers].flatMap((member) => member.faults())
  if (fault !== undefined) throw new Error(fault)
}

const namesOf = (kind: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${kind}${index + 1}`)

const endedVideos = (witness: Witness): Promise<number> =>
  witness.number("SELECT count(*) FROM transcripts WHERE status NOT IN ('pending', 'processing')")
