import { describe, expect, inject, it } from 'vitest'
import { pingRedis } from '../src/index.ts'
import { startTcpServer } from './redis-harness.ts'

describe('a sign of life of Redis', () => {
  it('comes from one that is there', async () => {
    await expect(pingRedis({ connection: inject('redisUrl') })).resolves.toBeUndefined()
  })

  it('does not come from one that is not there, and that is told', async () => {
    await expect(pingRedis({ connection: 'redis://127.0.0.1:9' })).rejects.toThrow('ECONNREFUSED')
  })

  it('is not waited for for ever', async () => {
    const { url } = await startTcpServer(() => undefined)

    await expect(pingRedis({ connection: url, timeoutMs: 100 })).rejects.toThrow('within 100 ms')
  })

  it('is not asked for through a connection that BullMQ cannot use', async () => {
    await expect(pingRedis({ connection: { keyPrefix: 'mine:' } })).rejects.toThrow('does not go with BullMQ')
  })
})
