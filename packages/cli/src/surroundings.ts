// Everything outside that the command touches, as one parameter: a test hands in its own.
import type { Readable, Writable } from 'node:stream'

export interface Surroundings {
  /** The arguments after the name of the command. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where relative paths begin, and where `.env` is looked for. */
  readonly cwd: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: TerminalStream
  readonly stderr: TerminalStream
  /** Calls the listener at each Ctrl-C and SIGTERM, until the returned function is called. */
  readonly onInterrupt: (listener: () => void) => () => void
  /** Calls the listener at each SIGHUP, until the returned function is called. Without a listener SIGHUP ends the process. */
  readonly onHangup: (listener: () => void) => () => void
  /** Calls the listener with what nobody caught, after which the process must end: its state is unknown. */
  readonly onUncaught: (listener: (error: unknown) => void) => () => void
  /** Ends the process at once. Only for a second Ctrl-C, and after what nobody caught: everything else returns. */
  readonly quit: (code: number) => void
}

export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }
