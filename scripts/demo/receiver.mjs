// Somebody who takes callbacks, and believes only those that are signed.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** @param secret - What the server signs with; it may come later. */
export async function startReceiver(secret) {
  let receive
  const callback = new Promise((resolve) => (receive = resolve))
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const isGenuine = isSigned(request.headers, body, await secret)
    response.writeHead(isGenuine ? 204 : 400).end()
    receive({ isGenuine, id: request.headers['webhook-id'], ...JSON.parse(body) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${server.address().port}`
  return {
    host,
    url: `http://${host}/transcripts-are-ready`,
    callback,
    close: () => server.close(),
  }
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function isSigned(headers, body, secret) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = Buffer.from(`v1,${createHmac('sha256', secret).update(signed).digest('base64')}`)
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected))
}
