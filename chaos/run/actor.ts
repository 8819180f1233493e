// One server or worker of a run, and what can be done to it.
import { setTimeout as delay } from 'node:timers/promises'
import type { Member } from '../cluster/member.ts'
import type { Relay } from '../cluster/relay.ts'
import type { Entry } from './entries.ts'

export interface Actor<M extends Member = Member> {
  readonly member: M
  /** Whether its process has come so far that there is something to disturb. */
  isAtWork(): boolean
  /** Whether its process was ended, and the next one does not run yet. */
  isStarting(): boolean
  /** `kill -9`. */
  kill(): Promise<void>
  /** SIGSTOP, and SIGCONT after so long, in milliseconds. */
  pause(ms: number): Promise<void>
  /** SIGSTOP, and `kill -9` after so long, in milliseconds. */
  pauseAndKill(ms: number): Promise<void>
  /** Nothing passes between it and the database while `work` runs; what was sent meanwhile arrives late. */
  cutOffDuring(work: () => Promise<void>): Promise<void>
  /** Starts it again. Resolves when it runs, or was killed while it started. */
  start(): Promise<void>
  /** SIGTERM, and a start when it is gone: as a rolling restart does it. */
  replace(): Promise<void>
  /** SIGTERM. Resolves when it is gone. */
  stop(): Promise<void>
}

export interface ActorOptions {
  /** Of the process of this member now. */
  readonly processName: (member: string) => string
  readonly write: (entry: Entry) => void
  /** By which way this member reaches the database, where that can be held up. */
  readonly relayOf: (member: string) => Relay | undefined
  /** Whether this process has done some work. */
  readonly hasWorked: (process: string) => boolean
  /** Whether, at some time since then, there was a reason for a process not to start or not to stop in good order. */
  readonly isExcused: (since: number) => boolean
}

export function createActor<M extends Member>(member: M, options: ActorOptions): Actor<M> {
  const { processName, write, relayOf, hasWorked, isExcused } = options
  const name = (): string => processName(member.name)
  const problem = (text: string): void => write({ what: 'problem', at: Date.now(), text })
  let isDying = false
  let isDown = true
  let startedAt = -Infinity
  const disturbed = (how: string, ms?: number): void =>
    write({ what: 'disturbed', at: Date.now(), how, process: name(), ...(ms !== undefined && { ms }) })

  const actor: Actor<M> = {
    member,
    isStarting: () => isDown,
    isAtWork: () => hasWorked(name()) || performance.now() - startedAt > IDLE_MS,
    async kill() {
      isDying = true
      isDown = true
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
    async cutOffDuring(work) {
      const relay = relayOf(member.name)
      disturbed('cut off')
      relay?.hold()
      try {
        await work()
      } finally {
        relay?.release()
      }
    },
    async start() {
      isDying = false
      const giveUpAt = performance.now() + START_MS
      while (!isDying) {
        const since = Date.now()
        try {
          await member.start()
          startedAt = performance.now()
          isDown = false
          return
        } catch (error) {
          // It was killed as it started.
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
      isDown = true
      const since = Date.now()
      const code = await member.stop()
      if (code !== 0 && !isExcused(since)) problem(`${name()} was stopped, and ended with code ${code ?? 'none'}.`)
    },
  }
  return actor
}

/** After which time a process without work is taken for one at work, in milliseconds. */
const IDLE_MS = 2_000
/** How long a process may take to start, in milliseconds, with a database that is away meanwhile. */
export const START_MS = 180_000
/** After which pause whoever looks after services starts one again, in milliseconds. */
const RESTART_MS = 200
