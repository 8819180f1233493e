// A queue that is loaded when it is first used.
import type { JobQueue } from '@ytscriptify/core'
import { describe, expect, it } from 'vitest'
import { lazyQueue } from '../src/lazy-queue.ts'

function countingQueue() {
  const calls: string[] = []
  const queue: JobQueue = {
    async push({ source }) {
      calls.push(`push ${source}`)
    },
    async consume() {},
    isConnected: () => false,
    async close() {
      calls.push('close')
    },
  }
  return {
    calls,
    open: async () => {
      calls.push('open')
      return queue
    },
  }
}

describe('a queue that nobody uses', () => {
  it('is never loaded, not even to be closed', async () => {
    const { calls, open } = countingQueue()
    const queue = lazyQueue(open)

    await queue.close()
    await queue.push({ source: 'youtube' })

    expect(calls).toEqual([])
  })
})

describe('a queue that is used', () => {
  it('is loaded once, and closed', async () => {
    const { calls, open } = countingQueue()
    const queue = lazyQueue(open)

    await Promise.all([queue.push({ source: 'youtube' }), queue.push({ source: 'youtube' })])
    await queue.close()

    expect(calls).toEqual(['open', 'push youtube', 'push youtube', 'close'])
  })

  it('says whether it is connected, and nothing bad before', async () => {
    const queue = lazyQueue(countingQueue().open)
    expect(queue.isConnected?.()).toBe(true)

    await queue.push({ source: 'youtube' })

    expect(queue.isConnected?.()).toBe(false)
  })

  it('whose transport has no notes tells none', async () => {
    const queue = lazyQueue(countingQueue().open)

    await expect(queue.announce?.({ jobId: 'a' })).resolves.toBeUndefined()
  })
})
