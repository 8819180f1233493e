// One thing that a diagnosis has found: how bad it is, what it is, and what helps.
import { HINTS } from '../errors.ts'

export type Finding = Fine | Trouble

export interface Fine {
  readonly level: 'ok'
  readonly about: Subject
  readonly message: string
}

export interface Trouble {
  /** `problem`: it stops transcripts. `warning`: they come all the same. */
  readonly level: 'warning' | 'problem'
  readonly about: Subject
  readonly message: string
  /** What helps, for programs that know it by other names: of settings, say. */
  readonly remedy: Remedy
  /** What to do, in words. */
  readonly advice: string
}

/** `machine` and `queue` are for whoever adds findings of his own. */
export type Subject = 'storage' | 'gate' | 'source' | 'machine' | 'queue'

/** What helps. */
export type Remedy = keyof typeof REMEDIES

/** In words that hold wherever the library is used. An error that says more has its own hint. */
export const REMEDIES = {
  wait: 'Nothing has to be done: work goes on by itself.',
  ask_less: HINTS.source_blocked,
  check_dns: 'Check the network and the name servers of this machine.',
  check_network: HINTS.source_unreachable,
  check_proxy: 'Check the address of the proxy, its user and its password.',
  check_certificates: 'Check the clock of this machine, and whether something on the way opens encrypted connections.',
  allow_time: HINTS.source_timeout,
  install_program: 'Install the program, or say where it is.',
  change_clients: 'Update this package, or ask as other clients: the source retires old versions.',
  change_network: 'Use another network or a proxy.',
  look_at_source: 'Look at the error; it is what the source, or what stands in its place, has answered.',
  check_video: 'Ask for another video that is known to have captions.',
  check_storage: HINTS.storage_unavailable,
  check_queue: 'Check that the server of the queue can be reached.',
  update: 'Update what is named.',
} as const satisfies Record<string, string>
