import { describe, expect, it } from 'vitest'
import { ANY_REQUEST, fetchedOf } from '../../src/testing/builders.ts'
import { failing, fakeSource, hanging, type FakeSource } from '../../src/testing/fake-source.ts'

const never = () => new AbortController().signal

async function fetch(source: FakeSource, videoId: string, signal = never()) {
  const permit = await source.admit(signal)
  try {
    return await source.fetch({ videoId }, { request: ANY_REQUEST, permit, signal })
  } finally {
    permit.release()
  }
}

describe('a fake source', () => {
  it('recognises ids, and URLs that end with one', () => {
    const source = fakeSource()

    expect(source.parse('dQw4w9WgXcQ')).toEqual({ videoId: 'dQw4w9WgXcQ' })
    expect(source.parse('https://example.test/dQw4w9WgXcQ')).toEqual({ videoId: 'dQw4w9WgXcQ' })
    expect(source.parse('https://www.youtube.com/watch?v=dQw4w9WgXcQ')).toEqual({ videoId: 'dQw4w9WgXcQ' })
    expect(source.parse('https://example.test/short')).toBeUndefined()
    expect(source.parse('ftp://example.test/dQw4w9WgXcQ')).toBeUndefined()
  })

  it('answers for every video, with a text of its own', async () => {
    expect((await fetch(fakeSource(), 'dQw4w9WgXcQ')).segments).toEqual([
      { text: 'Text of dQw4w9WgXcQ.', startMs: 0, durationMs: 1_500 },
    ])
  })

  it('answers as it is told, one answer after the other, and then the last one ever again', async () => {
    const german = fetchedOf('Hallo.', { language: 'de' })
    const source = fakeSource({ videos: { dQw4w9WgXcQ: [failing('source_timeout'), 'Hello.', german] } })

    await expect(fetch(source, 'dQw4w9WgXcQ')).rejects.toMatchObject({ code: 'source_timeout' })
    await expect(fetch(source, 'dQw4w9WgXcQ')).resolves.toEqual(fetchedOf('Hello.'))
    await expect(fetch(source, 'dQw4w9WgXcQ')).resolves.toEqual(german)
    await expect(fetch(source, 'dQw4w9WgXcQ')).resolves.toEqual(german)
  })

  it('can be told otherwise on the way, and for all other videos', async () => {
    const source = fakeSource({ otherwise: failing('video_private') })
    await expect(fetch(source, 'dQw4w9WgXcQ')).rejects.toMatchObject({ code: 'video_private' })

    source.answer('dQw4w9WgXcQ', 'Public now.')

    await expect(fetch(source, 'dQw4w9WgXcQ')).resolves.toEqual(fetchedOf('Public now.'))
  })

  it('hangs until it is aborted', async () => {
    const source = fakeSource({ otherwise: hanging })
    const controller = new AbortController()
    const fetching = fetch(source, 'dQw4w9WgXcQ', controller.signal)
    const reason = new Error('enough')

    controller.abort(reason)

    await expect(fetching).rejects.toBe(reason)
    expect(source.running).toBe(0)
  })

  it('counts what it was asked for', async () => {
    const source = fakeSource()

    await Promise.all([fetch(source, 'aaaaaaaaaaa'), fetch(source, 'bbbbbbbbbbb')])
    await fetch(source, 'aaaaaaaaaaa')

    expect(source.fetched).toEqual(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'aaaaaaaaaaa'])
    expect(source.mostRunning).toBe(2)
  })

  it('gives out as many permits as it is told, in the order of asking', async () => {
    const source = fakeSource({ concurrency: 1 })
    const admitted: string[] = []
    const first = await source.admit(never())
    const second = source.admit(never()).then((permit) => (admitted.push('second'), permit))
    const third = source.admit(never()).then((permit) => (admitted.push('third'), permit))
    expect(source.permitsOut).toBe(1)

    first.release()
    first.release()
    ;(await second).release()
    ;(await third).release()

    expect(admitted).toEqual(['second', 'third'])
    expect(source.permitsOut).toBe(0)
  })

  it('lets nobody wait for a permit who has gone', async () => {
    const source = fakeSource({ concurrency: 1 })
    const first = await source.admit(never())
    const controller = new AbortController()
    const waiting = source.admit(controller.signal)
    const reason = new Error('gone')

    controller.abort(reason)

    await expect(waiting).rejects.toBe(reason)
    first.release()
    ;(await source.admit(never())).release()
  })
})
