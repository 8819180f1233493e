// One request over one connection, until the head of the answer is there.
import { once } from 'node:events'
import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Connection } from './connection.ts'
import type { SignedMessage } from './signed-message.ts'

export interface RequestParts {
  readonly url: URL
  readonly connection: Connection
  readonly signal: AbortSignal
}

/** Redirects are answers like any other: `node:http` follows none. */
export async function sendRequest(
  { headers, chunks }: SignedMessage,
  { url, connection, signal }: RequestParts,
): Promise<IncomingMessage> {
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'POST',
    host: url.hostname,
    port: url.port,
    path: url.pathname + url.search,
    headers: { host: url.host, ...headers },
    agent: connection,
  })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', (answer) => {
      // One that came before we had said everything leaves a receiver behind that may read the rest as another request.
      if (request.writableFinished) connection.keepFor(idleMsOf(answer.headers))
      resolve(answer)
    })
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
  for (const chunk of chunks.slice(0, -1)) {
    if (!request.write(chunk)) await once(request, 'drain', { signal })
  }
  // The last one, which mostly is the only one, goes out in one piece with the head.
  request.end(chunks.at(-1))
}

const MOST_IDLE_MS = 4_000
// What is said to be open for 5 s may be closed by the time that a request arrives after 4.9 s.
const MARGIN_MS = 1_000

/** How long a connection may wait: as long as the receiver says (RFC 2068, section 19.7.1), but never long. */
function idleMsOf({ 'keep-alive': hint }: IncomingHttpHeaders): number {
  const [, seconds] = /\btimeout=(\d+)/i.exec(String(hint)) ?? []
  return seconds === undefined ? MOST_IDLE_MS : Math.min(MOST_IDLE_MS, Number(seconds) * 1_000 - MARGIN_MS)
}
