import { describe, expect, it } from 'vitest'
import { cursorOf, parseCursor } from '../src/job-cursor.ts'
import { TranscriptionError } from '../src/errors.ts'
import { createTranscriptionService } from '../src/create-service.ts'
import { fakeNotifier } from '../src/testing/fake-notifier.ts'
import { fakeSource } from '../src/testing/fake-source.ts'
import { queueHub } from '../src/testing/queue-hub.ts'
import type { TranscriptionStorage } from '../src/storage.ts'

/** A storage that must not be asked: what is refused before stores nothing. */
const untouched = new Proxy({} as TranscriptionStorage, {
  get: (_, method) => () => Promise.reject(new Error(`The storage was asked: ${String(method)}.`)),
})

const service = createTranscriptionService({ storage: untouched, source: fakeSource() })

describe('a service', () => {
  it.each([
    ['an empty list', { urls: [] }, 'invalid_input'],
    ['51 URLs', { urls: Array.from({ length: 51 }, () => 'dQw4w9WgXcQ') }, 'too_many_urls'],
    ['a URL of no video', { urls: ['https://evil.test/'] }, 'unsupported_url'],
    ['an ill-formed language', { urls: ['dQw4w9WgXcQ'], languages: ['e'] }, 'invalid_input'],
    [
      'a callback that nobody would call',
      { urls: ['dQw4w9WgXcQ'], callbackUrl: 'https://example.test/' },
      'callback_refused',
    ],
  ])('refuses %s before the storage is asked', async (_what, submission, code) => {
    await expect(service.submit(submission)).rejects.toMatchObject({ name: 'TranscriptionError', code })
  })

  it.each(['ftp://receiver.test/', 'receiver.test/hook', 'mailto:me@receiver.test', 'http:receiver.test', '\ud800'])(
    'refuses the callback URL %j before the storage is asked, also where the notifier lets everything pass',
    async (callbackUrl) => {
      const lenient = createTranscriptionService({ storage: untouched, source: fakeSource(), notifier: fakeNotifier() })

      await expect(lenient.submit({ urls: ['dQw4w9WgXcQ'], callbackUrl })).rejects.toMatchObject({
        code: 'invalid_input',
        issues: [{ path: ['callbackUrl'] }],
      })
    },
  )

  it('refuses limits that no job could keep', () => {
    const create = () =>
      createTranscriptionService({ storage: untouched, source: fakeSource(), limits: { maxUrlsPerJob: 0 } })

    expect(create).toThrow('limits.maxUrlsPerJob: 0 is not a whole number from 1')
  })

  it.each([0, 1_001, 1.5, NaN])('refuses to list %d of what is in work', async (limit) => {
    await expect(service.active({ limit })).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path: ['limit'] }],
    })
  })

  it.each([-1, NaN, Infinity])('refuses to delete what ended %d ms ago', async (olderThanMs) => {
    await expect(service.purge({ olderThanMs })).rejects.toMatchObject({
      code: 'invalid_input',
      issues: [{ path: ['olderThanMs'] }],
    })
  })

  it('refuses work after it was closed', async () => {
    const storage = new Proxy(untouched, { get: () => () => Promise.resolve() })
    const closed = createTranscriptionService({ storage, source: fakeSource() })
    await closed.close()
    await closed.close()

    await expect(closed.submit({ urls: ['dQw4w9WgXcQ'] })).rejects.toMatchObject({ code: 'storage_unavailable' })
    await expect(closed.ready()).rejects.toMatchObject({ code: 'storage_unavailable' })
    await expect(closed.retry('a job')).rejects.toMatchObject({ code: 'storage_unavailable' })
    expect(() => closed.createWorker()).toThrow('The service is closed')
  })

  it('is not ready while its storage does not answer, although it was opened once', async () => {
    const away = new TranscriptionError('storage_unavailable', 'The storage is away.')
    const storage = new Proxy(untouched, {
      get: (_, method) => () => (method === 'ready' ? Promise.resolve() : Promise.reject(away)),
    })

    const waiting = createTranscriptionService({ storage, source: fakeSource() })

    await expect(waiting.ready()).rejects.toBe(away)
  })

  it('hints how many transcripts became due, those that follow another one left out', async () => {
    const hub = queueHub()
    const storage = new Proxy(untouched, { get: () => async () => ({ job: { id: 'a job' }, created: true }) })
    const hinting = createTranscriptionService({ storage, source: fakeSource(), queue: hub.open() })

    await hinting.submit({ urls: ['dQw4w9WgXcQ', 'jNQXAC9IVRw', 'dQw4w9WgXcQ'] })

    expect(hub.hints).toEqual([{ source: 'fake', count: 2 }])
  })

  it('refuses a cursor that no page gave', async () => {
    await expect(service.list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it.each([0, -1, 1.5, 1_001])('refuses a page of %s jobs', async (limit) => {
    await expect(service.list({ limit })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('a cursor', () => {
  it('is one word that leads back to its place in the list', () => {
    const place = { createdAt: new Date('2026-01-02T03:04:05.678Z'), id: '0190163d-8694-739b-aea5-966c26f8ad91' }

    expect(parseCursor(cursorOf(place))).toEqual(place)
    expect(cursorOf(place)).toMatch(/^[\w-]+$/)
  })
})
