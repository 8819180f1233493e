// Limits that several servers count together, in whatever store they share.
import { memoryStorage } from '@ytscriptify/adapter-memory'
import { createTranscriptionService } from '@ytscriptify/core'
import { describeRateLimitStore, fakeSource, manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { apiKeys, createHttpServer, memoryRateLimitStore, rateLimits } from '../src/index.ts'

describe('memoryRateLimitStore', () => {
  describeRateLimitStore({
    runner: { describe, it },
    createHarness: async () => {
      const clock = manualClock()
      const store = memoryRateLimitStore({ clock })
      return { store, another: async () => store, advance: (ms) => clock.advance(ms), dispose: async () => undefined }
    },
  })
})

describe('two servers that share a store of limits', () => {
  it('let through exactly the limit of 500 requests at once, and tell each what is left', async () => {
    const store = memoryRateLimitStore()
    const storage = memoryStorage()
    const servers = await Promise.all([1, 2].map(() => listening()))

    const answers = await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        const headers = { 'x-api-key': 'key-of-anna' }
        const response = await fetch(`${servers[index % 2] ?? ''}/jobs`, { headers })
        await response.body?.cancel()
        return { status: response.status, left: /r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1] }
      }),
    )

    const passed = answers.filter(({ status }) => status === 200)
    expect(passed).toHaveLength(120)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(380)
    // Each saw a count of its own: none was given twice.
    expect(new Set(passed.map(({ left }) => left)).size).toBe(120)

    async function listening(): Promise<string> {
      const service = createTranscriptionService({ storage, source: fakeSource() })
      const limits = rateLimits({ read: '120/hour', store })
      const server = createHttpServer(service, { auth: apiKeys({ anna: 'key-of-anna' }), limits, port: 0 })
      onTestFinished(async () => {
        await server.close({ idleMs: 0, drainMs: 1_000 })
        await service.close()
      })
      return (await server.listen()).url
    }
  })
})
