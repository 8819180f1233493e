// The ways to YouTube: straight, or through a proxy.
import type { Send } from './transport.ts'

/** One way: YouTube sees one address, or with a rotating proxy one for each connection. */
export interface Egress {
  /** Host and port of the proxy, for messages. Absent where there is none. */
  readonly label?: string
  /** Whether a new connection is a new address. */
  readonly rotates: boolean
  /** The connection that all requests of one video use. */
  connect(): Connection
}

export interface Connection {
  readonly send: Send
  /** Nothing is asked through it afterwards. */
  close(): Promise<void>
}

/** Without a proxy, or with one that the host's own `fetch` knows of. */
export const straight = (send: Send): Egress => ({
  rotates: false,
  connect: () => ({ send, close: async () => undefined }),
})
