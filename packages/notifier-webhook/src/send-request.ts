// One request over one connection, until the head of the answer is there.
import { once } from 'node:events'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import type { SignedMessage } from './signed-message.ts'

export interface RequestParts {
  readonly url: URL
  readonly socket: Duplex
  readonly signal: AbortSignal
}

/** Redirects are answers like any other: `node:http` follows none. */
export async function sendRequest(
  { headers, chunks }: SignedMessage,
  { url, socket, signal }: RequestParts,
): Promise<IncomingMessage> {
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'POST',
    host: url.hostname,
    port: url.port,
    path: url.pathname + url.search,
    headers: { host: url.host, ...headers },
    createConnection: () => socket,
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    // 101: the connection is another protocol's from here on, and no response comes.
    request.once('upgrade', (answer, upgraded) => {
      upgraded.destroy()
      resolve(answer)
    })
    // Each of them: a receiver that answers early may also close the connection while we are still writing.
    request.on('error', reject)
  })
  return Promise.race([answered, write(request, { chunks, signal }).then(() => answered)])
}

async function write(
  request: ClientRequest,
  { chunks, signal }: { chunks: readonly Buffer[]; signal: AbortSignal },
): Promise<void> {
  for (const chunk of chunks) {
    if (!request.write(chunk)) await once(request, 'drain', { signal })
  }
  request.end()
}
