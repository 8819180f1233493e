// The processes of a run, and everything that is done to them. One disturbance at a time has a process for itself.
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@ytscriptify/core/testing'
import type { Server } from '../cluster/caller.ts'
import type { Fleet } from '../cluster/fleet.ts'
import type { Member } from '../cluster/member.ts'
import type { Entry } from './entries.ts'

export type Role = 'server' | 'worker'

export interface Actor<M extends Member = Member> {
  readonly member: M
  /** Whether its process has come so far that there is something to disturb. */
  isAtWork(): boolean
  /** `kill -9`. */
  kill(): Promise<void>
  /** SIGSTOP, and SIGCONT after so long, in milliseconds. */
  pause(ms: number): Promise<void>
  /** SIGSTOP, and `kill -9` after so long, in milliseconds. */
  pauseAndKill(ms: number): Promise<void>
  /** Starts it again. Resolves when it runs, or was killed while it started. */
  start(): Promise<void>
  /** SIGTERM, and a start when it is gone: as a rolling restart does it. */
  replace(): Promise<void>
  /** SIGTERM. Resolves when it is gone. */
  stop(): Promise<void>
}

export interface Cast {
  readonly servers: readonly Server[]
  /**
   * Gives `work` a process that is at work and that nobody else is disturbing, if there is one: a machine that starts
   * processes all the time would do nothing else.
   */
  disturb(role: 'server', chosen: number, work: (actor: Actor<Server>) => Promise<void>): Promise<void>
  disturb(role: Role, chosen: number, work: (actor: Actor) => Promise<void>): Promise<void>
  /** Gives each process to `work`, one after the other, as soon as nobody else is disturbing it. */
  disturbEach(work: (actor: Actor) => Promise<void>): Promise<void>
  startAll(): Promise<void>
  stopAll(): Promise<void>
  /** The times that a process ended while it ran, though nobody had asked for it. */
  faults(): readonly string[]
}

export interface CastOptions {
  readonly fleet: Fleet
  /** Of the process of this member now. */
  readonly processName: (member: string) => string
  readonly write: (entry: Entry) => void
  /** Whether this process has done some work. */
  readonly hasWorked: (process: string) => boolean
  /** Whether, at some time since then, there was a reason for a process not to start or not to stop in good order. */
  readonly isExcused: (since: number) => boolean
}

export function createCast({ fleet, processName, write, hasWorked, isExcused }: CastOptions): Cast {
  const servers = fleet.servers.map((member) => createActor(member))
  const workers = fleet.workers.map((member) => createActor(member))
  const all: readonly Actor[] = [...servers, ...workers]
  const taken = new Set<Actor>()

  function createActor<M extends Member>(member: M): Actor<M> {
    let isDying = false
    let startedAt = -Infinity
    const name = (): string => processName(member.name)
    const disturbed = (how: string, ms?: number): void =>
      write({ what: 'disturbed', at: Date.now(), how, process: name(), ...(ms !== undefined && { ms }) })

    const actor: Actor<M> = {
      member,
      isAtWork: () => hasWorked(name()) || performance.now() - startedAt > IDLE_MS,
      async kill() {
        isDying = true
        disturbed('killed')
        await member.kill()
      },
      async pause(ms) {
        disturbed('paused', ms)
        member.pause()
        await delay(ms)
        member.resume()
      },
      async pauseAndKill(ms) {
        disturbed('paused', ms)
        member.pause()
        await delay(ms)
        await actor.kill()
      },
      async start() {
        isDying = false
        const giveUpAt = performance.now() + START_MS
        for (;;) {
          const since = Date.now()
          try {
            await member.start()
            startedAt = performance.now()
            return
          } catch (error) {
            if (isDying) return
            if (!isExcused(since)) problem(`${name()} did not start: ${String(error)}`)
            if (performance.now() > giveUpAt) throw error
            await delay(RESTART_MS)
          }
        }
      },
      async replace() {
        disturbed('replaced')
        await actor.stop()
        await actor.start()
      },
      async stop() {
        const since = Date.now()
        const code = await member.stop()
        if (code !== 0 && !isExcused(since)) problem(`${name()} was stopped, and ended with code ${code ?? 'none'}.`)
      },
    }
    return actor
  }

  const problem = (text: string): void => write({ what: 'problem', at: Date.now(), text })

  async function hold<A extends Actor>(actor: A, work: (actor: A) => Promise<void>): Promise<void> {
    taken.add(actor)
    try {
      await work(actor)
    } finally {
      taken.delete(actor)
    }
  }

  async function disturb(role: Role, chosen: number, work: (actor: Actor<Server>) => Promise<void>): Promise<void> {
    const free = (role === 'server' ? servers : workers).filter((actor) => !taken.has(actor) && actor.isAtWork())
    const actor = free[Math.floor(chosen * free.length)]
    if (actor) await hold(actor, work as (actor: Actor) => Promise<void>)
  }

  return {
    servers: fleet.servers,
    disturb,
    async disturbEach(work) {
      for (const actor of all) {
        await eventually(() => !taken.has(actor), { what: `${actor.member.name} is left alone`, withinMs: START_MS })
        await hold(actor, work)
      }
    },
    startAll: async () => void (await Promise.all(all.map((actor) => actor.start()))),
    stopAll: async () => void (await Promise.all(all.map((actor) => actor.stop()))),
    faults: () => all.flatMap(({ member }) => member.faults()),
  }
}

/** After which time a process without work is taken for one at work, in milliseconds. */
const IDLE_MS = 2_000
/** How long a process may take to start, in milliseconds, with a database that is away meanwhile. */
const START_MS = 60_000
/** After which pause whoever looks after services starts one again, in milliseconds. */
const RESTART_MS = 200
