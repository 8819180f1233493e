import { memoryStorage } from '@ytscriptify/adapter-memory'
import { TranscriptionError } from '@ytscriptify/core'
import { manualClock } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { setUp } from './set-up.ts'

describe('/livez', () => {
  it('is open to everybody, and asks nobody', async () => {
    const getJob = (): never => {
      throw new Error('The storage was asked.')
    }
    const { request } = await setUp({ storage: { ...memoryStorage(), ready: getJob, getJob } })

    expect(await request('/livez', { key: null })).toMatchObject({ status: 200, json: { status: 'ok' } })
  })
})

describe('/readyz', () => {
  it('is 200 while the storage answers', async () => {
    const { request } = await setUp()

    expect(await request('/readyz', { key: null })).toMatchObject({ status: 200, json: { status: 'ok' } })
  })

  it('is 503 while it does not, and tells nobody why', async () => {
    let isAway = true
    const storage = memoryStorage()
    const { request, faults } = await setUp({
      storage: {
        ...storage,
        getJob: async (query) => {
          if (isAway) throw new TranscriptionError('storage_unavailable', 'connect ECONNREFUSED db.internal:5432')
          return storage.getJob(query)
        },
      },
    })

    const away = await request('/readyz', { key: null })
    isAway = false
    const back = await request('/readyz', { key: null })

    expect(away).toMatchObject({ status: 503, json: { code: 'storage_unavailable' } })
    expect(away.text).not.toContain('db.internal')
    expect(faults).toHaveLength(1)
    expect(back.status).toBe(200)
  })

  it('is 503 when the storage hangs, asks it anew, and is 200 when it answers again', async () => {
    const clock = manualClock()
    const storage = memoryStorage()
    let isHanging = true
    const getJob: typeof storage.getJob = (query) => (isHanging ? new Promise(() => {}) : storage.getJob(query))
    const { request, faults } = await setUp({ storage: { ...storage, getJob }, clock })

    const hanging = request('/readyz', { key: null })
    await clock.advance(5_000)
    expect(await hanging).toMatchObject({ status: 503, json: { code: 'storage_unavailable' } })
    expect(faults).toHaveLength(1)

    isHanging = false
    expect(await request('/readyz', { key: null })).toMatchObject({ status: 200 })
    expect(clock.sleeping).toBe(0)
  })

  it('is 200 and degraded while only the queue is away', async () => {
    let isConnected = false
    const { request } = await setUp({ queue: { isConnected: () => isConnected } })

    const away = await request('/readyz', { key: null })
    isConnected = true
    const back = await request('/readyz', { key: null })

    expect(away).toMatchObject({ status: 200, json: { status: 'degraded', queue: 'unreachable' } })
    expect(back.json).toEqual({ status: 'ok' })
  })

  it('is 503 while the storage is away, whatever the queue says', async () => {
    const getJob = (): never => {
      throw new TranscriptionError('storage_unavailable', 'The database cannot be reached.')
    }
    const queue = { isConnected: () => false }
    const { request } = await setUp({ storage: { ...memoryStorage(), getJob }, queue })

    expect((await request('/readyz', { key: null })).status).toBe(503)
  })

  it('does not ask a queue that has no transport', async () => {
    const { request } = await setUp({ queue: {} })

    expect((await request('/readyz', { key: null })).json).toEqual({ status: 'ok' })
  })

  it('is 503 while the server stops, which is no fault; /livez goes on', async () => {
    const { request, faults } = await setUp()
    const options = { key: null, closing: AbortSignal.abort() }

    const ready = await request('/readyz', options)
    const alive = await request('/livez', options)

    expect(ready).toMatchObject({ status: 503, json: { code: 'server_closing' } })
    expect(alive.status).toBe(200)
    expect(faults).toEqual([])
  })

  it('asks the storage once for all who ask at the same time', async () => {
    let asked = 0
    const storage = memoryStorage()
    const { request } = await setUp({
      storage: {
        ...storage,
        getJob: async (query) => {
          asked += 1
          return storage.getJob(query)
        },
      },
    })

    await Promise.all(Array.from({ length: 50 }, () => request('/readyz', { key: null })))

    expect(asked).toBe(1)
  })
})
