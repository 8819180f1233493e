// One connection to a receiver, which carries one callback after the other.
import { Agent } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { networkCodeOf } from './network-error.ts'

export interface ConnectionParts {
  /** Open, and judged. */
  readonly socket: Duplex
  /** The receiver that it was opened for. */
  readonly url: URL
  /** Is given the connection when it may carry another callback. @returns whether it stays open. */
  readonly keep: (connection: Connection, idleMs: number) => boolean
}

/** As `node:http` wants it, which takes connections from agents: an agent that has this one and no other to give. */
export class Connection extends Agent {
  /** Scheme, host and port: the only ones that it is ever used for. */
  readonly origin: string
  /** `node:http` compares it with the scheme of the request. */
  readonly protocol: string
  /** That it can be used again, where it can: it is a socket of the system, and says where it leads. */
  readonly peer: { readonly socket: Socket; readonly address: string } | undefined

  readonly #socket: Duplex
  readonly #keep: ConnectionParts['keep']
  #stopListening = (): void => undefined
  #idleMs = 0
  #isIdle = false
  #isReused = false
  #bytesBefore = 0

  constructor({ socket, url, keep }: ConnectionParts) {
    super({ keepAlive: true })
    this.origin = url.origin
    this.protocol = url.protocol
    this.peer = peerOf(socket)
    this.#socket = socket
    this.#keep = keep
  }

  /** Begins an attempt: the connection is closed when its signal aborts. */
  begin(signal: AbortSignal): void {
    const close = (): void => this.close()
    this.#isReused = this.#isIdle
    this.#isIdle = false
    this.#idleMs = 0
    this.#bytesBefore = this.peer?.socket.bytesRead ?? 0
    this.#stopListening = () => signal.removeEventListener('abort', close)
    if (signal.aborted) close()
    else signal.addEventListener('abort', close, { once: true })
  }

  /** Lets it wait for another callback when the answer of this one has ended, for so many milliseconds. */
  keepFor(idleMs: number): void {
    this.#idleMs = idleMs
  }

  /** Ends an attempt: what does not wait for another one by now is closed. */
  end(): void {
    if (!this.#isIdle) this.close()
  }

  close(): void {
    this.#stopListening()
    this.#socket.destroy()
  }

  /**
   * Whether an error means that the receiver closed the connection while it was idle: it was used before, and not a byte
   * of an answer has come since.
   */
  wasStale(error: unknown): boolean {
    const isUnheard = this.peer?.socket.bytesRead === this.#bytesBefore
    return this.#isReused && isUnheard && CLOSED.has(networkCodeOf(error) ?? '')
  }

  override createConnection(): Duplex {
    if (!this.#socket.destroyed) return this.#socket
    // Neither an answer nor an error would ever come of a request over it.
    throw Object.assign(new Error('the connection is closed'), { code: 'ECONNRESET' })
  }

  /** `node:http` asks when an answer has come to its end, and neither side said that it is the last one. */
  override keepSocketAlive(): boolean {
    this.#stopListening()
    this.#isIdle = this.#idleMs > 0 && this.#keep(this, this.#idleMs)
    return this.#isIdle
  }
}

function peerOf(socket: Duplex): Connection['peer'] {
  if (!(socket instanceof Socket) || socket.remoteAddress === undefined) return undefined
  return { socket, address: socket.remoteAddress }
}

const CLOSED = new Set(['ECONNRESET', 'EPIPE'])
