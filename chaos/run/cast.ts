// The processes of a run, and everything that is done to them. One disturbance at a time has a process for itself.
import { eventually } from '@ytscriptify/core/testing'
import type { Server } from '../cluster/caller.ts'
import type { Fleet } from '../cluster/fleet.ts'
import { STARTS_AT_ONCE } from './figures.ts'
import { START_MS, createActor, type Actor, type ActorOptions } from './actor.ts'

type Role = 'server' | 'worker'

export interface Cast {
  readonly servers: readonly Server[]
  /**
   * Gives `work` a process that is at work and that nobody else is disturbing, if there is one. Half of the workers are
   * left alone: somebody has to take over.
   */
  disturb(role: 'server', chosen: number, work: (actor: Actor<Server>) => Promise<void>): Promise<void>
  disturb(role: Role, chosen: number, work: (actor: Actor) => Promise<void>): Promise<void>
  /**
   * The same with a worker for `work` that kills it and starts it again, unless as many processes are being started as a small
   * machine has processors for: one that starts processes all the time would do nothing else.
   */
  killWorker(chosen: number, work: (actor: Actor) => Promise<void>): Promise<void>
  /** Gives each process to `work`, one after the other, as soon as nobody else is disturbing it. */
  disturbEach(work: (actor: Actor) => Promise<void>): Promise<void>
  startAll(): Promise<void>
  stopAll(): Promise<void>
  /** The times that a process ended while it ran, though nobody had asked for it. */
  faults(): readonly string[]
}

export interface CastOptions extends ActorOptions {
  readonly fleet: Fleet
}

export function createCast({ fleet, ...options }: CastOptions): Cast {
  const servers = fleet.servers.map((member) => createActor(member, options))
  const workers = fleet.workers.map((member) => createActor(member, options))
  const all: readonly Actor[] = [...servers, ...workers]
  const taken = new Set<Actor>()

  async function hold<A extends Actor>(actor: A, work: (actor: A) => Promise<void>): Promise<void> {
    taken.add(actor)
    try {
      await work(actor)
    } finally {
      taken.delete(actor)
    }
  }

  async function disturb(role: Role, chosen: number, work: (actor: Actor<Server>) => Promise<void>): Promise<void> {
    if (role === 'worker' && workers.filter((worker) => taken.has(worker)).length >= workers.length / 2) return
    const free = (role === 'server' ? servers : workers).filter((actor) => !taken.has(actor) && actor.isAtWork())
    const actor = free[Math.floor(chosen * free.length)]
    if (actor) await hold(actor, work as (actor: Actor) => Promise<void>)
  }

  async function killWorker(chosen: number, work: (actor: Actor) => Promise<void>): Promise<void> {
    if (all.filter((actor) => actor.isStarting()).length < STARTS_AT_ONCE) await disturb('worker', chosen, work)
  }

  return {
    servers: fleet.servers,
    disturb,
    killWorker,
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
