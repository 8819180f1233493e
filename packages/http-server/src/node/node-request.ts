// A request of Node's, as frameworks hand it on.
import type { IncomingMessage } from 'node:http'

/** What frameworks leave on a request of Node's. */
export interface NodeRequest extends IncomingMessage {
  /** Express: the target before the path of a mount was cut off. */
  readonly originalUrl?: string
  /** What a body parser has made of the body. */
  readonly body?: unknown
}
