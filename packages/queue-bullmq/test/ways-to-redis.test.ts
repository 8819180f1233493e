import { startRedis } from '@ytscriptify/test-servers'
import { eventually } from '@ytscriptify/core/testing'
import { Redis } from 'ioredis'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { redisRateLimitStore, type RedisConnection } from '../src/index.ts'
import { certificate } from './certificate.ts'
import {
  consume,
  follow,
  hintsComeThrough,
  notesComeThrough,
  rawClient,
  setUp,
  startTcpServer,
} from './redis-harness.ts'

async function privateRedis(args: readonly string[] = []) {
  const redis = await startRedis({ args })
  onTestFinished(redis.stop)
  return redis
}

/** Hints, notes and counts come through. */
async function everythingWorks(connection: RedisConnection): Promise<void> {
  const { open, errors, prefix } = setUp(connection)
  const queue = open()
  const [consumer, follower] = [consume(open()), follow(open())]
  await hintsComeThrough(queue, consumer)
  await notesComeThrough(queue, follower)
  const store = redisRateLimitStore({ connection, prefix })
  onTestFinished(() => store.close())
  const states = await store.take([
    { key: 'minute:alice', limit: 5, windowMs: 60_000 },
    { key: 'day:bob', limit: 9, windowMs: 86_400_000 },
  ])
  expect(states.map(({ remaining }) => remaining)).toEqual([4, 8])
  expect(errors).toEqual([])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** A Redis that takes encrypted connections only. */
async function encryptedRedis(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ytscriptify-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'key.pem'), certificate.key, { mode: 0o600 })
  writeFileSync(join(folder, 'cert.pem'), certificate.cert)
  const port = await freePort()
  const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')]
  await privateRedis(['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files])
  return port
}

describe('Redis', () => {
  it('is reached by a URL with a database', async () => {
    const { url } = await privateRedis()

    await everythingWorks(`${url}/3`)

    expect(await rawClient(`${url}/3`).dbsize()).toBeGreaterThan(0)
    expect(await rawClient(url).dbsize()).toBe(0)
  })

  it('is reached with a name and a password', async () => {
    const redis = await privateRedis(['--requirepass', 'the secret'])

    await everythingWorks(`redis://:the%20secret@127.0.0.1:${redis.port}`)
    await everythingWorks({ port: redis.port, password: 'the secret' })
  })

  it('is reached over TLS, by options and by rediss://', async () => {
    const port = await encryptedRedis()

    await everythingWorks({ host: 'localhost', port, tls: { ca: certificate.cert } })
    const client = new Redis(`rediss://localhost:${port}`, { tls: { ca: certificate.cert }, lazyConnect: true })
    onTestFinished(() => client.disconnect())
    await everythingWorks(client)
  })

  it('is not reached over TLS when its certificate is not trusted', async () => {
    const port = await encryptedRedis()
    const { open, errors } = setUp(`rediss://localhost:${port}`)

    await open().push({ source: 'fake' })

    expect(errors.map(({ message }) => message).join()).toMatch(/certificate/)
  })

  it('is found by way of Sentinel', async () => {
    const redis = await privateRedis()
    // What ioredis asks of it; everything else it is told that it is unknown.
    const sentinel = await startTcpServer((text, socket) => {
      const commands = text.toLowerCase().split(/(?=\*\d+\r\n)/)
      for (const command of commands) {
        if (command.includes('get-master-addr-by-name'))
          socket.write(`*2\r\n$9\r\n127.0.0.1\r\n$${String(redis.port).length}\r\n${redis.port}\r\n`)
        else if (command.includes('sentinels')) socket.write('*0\r\n')
        else socket.write(`-ERR unknown command '${command.split('\r\n')[2] ?? ''}'\r\n`)
      }
    })

    await everythingWorks({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'the-master' })

    expect(await rawClient(redis.url).dbsize()).toBeGreaterThan(0)
  })

  it('may be a cluster: whatever is touched together lies together', async () => {
    const redis = await privateRedis(['--cluster-enabled', 'yes'])
    const raw = rawClient(redis.url)
    await raw.call('cluster', 'addslotsrange', '0', '16383')
    await eventually(async () => String(await raw.call('cluster', 'info')).includes('cluster_state:ok'), {
      what: 'the cluster is complete',
    })
    await expect(raw.mget('here', 'there')).rejects.toThrow('CROSSSLOT')

    await everythingWorks(redis.url)
  })
})
