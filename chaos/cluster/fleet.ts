// The processes of a cluster: how a server and a worker are made of the command.
import type { Server } from './caller.ts'
import { startCommand, type CommandProcess } from './command-process.ts'
import { createMember, type Member } from './member.ts'

export type Environment = Readonly<Record<string, string>>

export interface FleetOptions {
  /** The path of the program that the next process runs. */
  readonly program: () => string
  /** Where the processes run. */
  readonly folder: string
  /** Videos at a time in each worker. */
  readonly concurrency: number
  readonly leaseMs: number
  /** What the next process of this name is told. */
  readonly environmentOf: (name: string) => Environment
  /** Hears every line that one says. */
  readonly onLine?: (line: string, name: string) => void
}

export interface Fleet {
  readonly servers: readonly Server[]
  readonly workers: readonly Member[]
  /** Adds one, which is not started yet. */
  addServer(name: string, env?: Environment): Server
  /** Adds one, which is not started yet. */
  addWorker(name: string, env?: Environment): Member
  /** Kills all that run. */
  end(): Promise<void>
}

export function createFleet({ program, folder, concurrency, leaseMs, environmentOf, onLine }: FleetOptions): Fleet {
  const servers: Server[] = []
  const workers: Member[] = []

  const run = (name: string, args: readonly string[], env: Environment): CommandProcess =>
    startCommand(args, {
      program: program(),
      folder,
      env: { ...environmentOf(name), ...env },
      ...(onLine && { onLine: (line) => onLine(line, name) }),
    })

  return {
    servers,
    workers,
    addServer(name, env = {}) {
      let url = ''
      const member = createMember({
        name,
        // Started again it listens where it did, as a server behind a load balancer does.
        run: () => run(name, ['serve', '--no-worker', '--port', url === '' ? '0' : new URL(url).port], env),
        ready: /listens on (http\S+)\n/,
        onReady: ([, listensOn = '']) => (url = listensOn),
      })
      const server: Server = { ...member, url: () => url }
      servers.push(server)
      return server
    },
    addWorker(name, env = {}) {
      const args = ['worker', '--name', name, '--concurrency', String(concurrency), '--lease', `${leaseMs / 1_000}s`]
      const worker = createMember({ name, run: () => run(name, args, env), ready: /worker\.started/ })
      workers.push(worker)
      return worker
    },
    async end() {
      await Promise.all([...servers, ...workers].map((member) => member.kill()))
    },
  }
}
