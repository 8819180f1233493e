import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { streamOf } from '../src/stream-pieces.ts'

const unexpected = (error: unknown): never => {
  throw error
}

describe('a streamed body', () => {
  it('is the pieces, whatever they are made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 30 })), async (pieces) => {
        expect(await new Response(streamOf(pieces, unexpected)).text()).toBe(pieces.join(''))
      }),
    )
  })

  it.each([0, 1])('cuts no character in two, wherever it stands (%i)', async (shift) => {
    const pieces = ['x'.repeat(shift) + '💬'.repeat(200_000), 'é'.repeat(65_536), 'end']

    expect(await new Response(streamOf(pieces, unexpected)).text()).toBe(pieces.join(''))
  })

  it('joins small pieces, and cuts large ones, into parts of 64 Ki characters or so', async () => {
    const pieces = [...Array.from({ length: 100 }, () => 'x'.repeat(1_000)), 'y'.repeat(1_000_000)]
    const sizes: number[] = []

    for await (const chunk of streamOf(pieces, unexpected)) sizes.push(chunk.length)

    expect(sizes.length).toBeLessThan(20)
    expect(Math.max(...sizes)).toBeLessThan(70_000)
  })

  it('asks for a piece when it is wanted, and for no more', async () => {
    let made = 0
    const pieces = function* () {
      for (;;) {
        made += 1
        yield 'x'.repeat(100_000)
      }
    }
    const reader = streamOf(pieces(), unexpected).getReader()
    await new Promise(setImmediate)
    const before = made

    await reader.read()

    expect([before, made]).toEqual([0, 1])
    await reader.cancel()
  })

  it('ends the making when nobody reads any more', async () => {
    let hasEnded = false
    const pieces = async function* () {
      try {
        for (;;) yield 'x'.repeat(100_000)
      } finally {
        hasEnded = true
      }
    }
    const reader = streamOf(pieces(), unexpected).getReader()
    await reader.read()

    await reader.cancel()

    expect(hasEnded).toBe(true)
  })

  it('breaks off when the making fails, and the failure is told once', async () => {
    const told: unknown[] = []
    const failure = new Error('disk failure')
    const pieces = function* () {
      yield 'x'.repeat(100_000)
      throw failure
    }

    const body = new Response(streamOf(pieces(), (error) => void told.push(error))).text()

    await expect(body).rejects.toBe(failure)
    expect(told).toEqual([failure])
  })
})
