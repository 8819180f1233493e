import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { empty, responseOf, streamed, text } from '../src/answers.ts'
import { linkedSignal, releasedAfter } from '../src/linked-signal.ts'
import { setUp } from './set-up.ts'

describe('a linked signal', () => {
  it('aborts with any of those that it follows, and for its reason', () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const { signal } = linkedSignal([first.signal, second.signal])

    second.abort('second')
    first.abort('first')

    expect(signal.reason).toBe('second')
  })

  it('has aborted where one of them had', () => {
    const { signal } = linkedSignal([new AbortController().signal, AbortSignal.abort('before')])

    expect(signal.reason).toBe('before')
  })

  it('leaves nothing behind when it is released', () => {
    const long = new AbortController()

    linkedSignal([long.signal]).release()

    expect(getEventListeners(long.signal, 'abort')).toEqual([])
  })

  it('is released after the end of a stream, or at once where there is none', async () => {
    let released = 0
    const linked = { signal: new AbortController().signal, release: () => void (released += 1) }

    releasedAfter(empty(204, {}), linked)
    const afterNone = released
    releasedAfter(text('text'), linked)
    const afterText = released
    const read = await responseOf(releasedAfter(streamed(new Blob(['stream']).stream(), {}), linked)).text()

    expect([afterNone, afterText, read, released]).toEqual([1, 2, 'stream', 3])
  })
})

describe('a body that is passed on', () => {
  it('is cancelled at once, also while its next piece is awaited', async () => {
    let cancelled: unknown
    const idle = new ReadableStream({ cancel: (reason) => void (cancelled = reason) })
    const linked = linkedSignal([new AbortController().signal])
    const reader = responseOf(releasedAfter(streamed(idle, {}), linked)).body!.getReader()
    const reading = reader.read()

    await reader.cancel('gone')

    expect(cancelled).toBe('gone')
    expect((await reading).done).toBe(true)
  })

  it('breaks off where it breaks off, and is released', async () => {
    const long = new AbortController()
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('disk failure')) })

    const passedOn = releasedAfter(streamed(broken, {}), linkedSignal([long.signal]))

    await expect(responseOf(passedOn).text()).rejects.toThrow('disk failure')
    expect(getEventListeners(long.signal, 'abort')).toEqual([])
  })
})

describe('a server that runs for long', () => {
  it('remembers no wait and no stream that is over', async () => {
    const { handler, service } = await setUp()
    const { job } = await service.submit({ urls: ['aaaaaaaaaaa'], owner: 'anna' })
    await service.cancel(job.id)
    const closing = new AbortController()
    const ask = (path: string, headers: Record<string, string> = {}) => {
      const request = new Request(`http://api.test${path}`, { headers: { 'x-api-key': 'key-of-anna', ...headers } })
      return handler(request, { closing: closing.signal })
    }

    await (await ask(`/job_status/${job.id}/events`)).text()
    await (await ask(`/job_status/${job.id}/events`, { 'last-event-id': '2' })).text()
    await (await ask('/job_status/01938f4e-7a00-7c3b-8d2e-5f6a7b8c9d0e/events')).text()
    await (await ask(`/job_status/${job.id}`, { prefer: 'wait=1' })).text()

    expect(getEventListeners(closing.signal, 'abort')).toEqual([])
  })
})
