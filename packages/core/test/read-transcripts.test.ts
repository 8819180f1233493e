import { describe, expect, it } from 'vitest'
import { readTranscripts } from '../src/read-transcripts.ts'
import type { ListTranscriptsQuery, TranscriptionStorage } from '../src/storage.ts'

const MIB = 1024 * 1024

/** A storage with one job of `count` videos, that notes what it was asked. */
function storageOf(count: number) {
  const asked: ListTranscriptsQuery[] = []
  const rows = Array.from({ length: count }, (_, position) => ({ position }))
  const storage = {
    listTranscripts: async (query: ListTranscriptsQuery) => {
      asked.push(query)
      const { afterPosition = -1, limit } = query
      return rows.slice(afterPosition + 1).slice(0, limit)
    },
  } as unknown as TranscriptionStorage
  return { storage, asked }
}

async function positionsOf(storage: TranscriptionStorage, dataBytes: number, withData: boolean): Promise<number[]> {
  const positions: number[] = []
  for await (const { position } of readTranscripts(storage, { id: 'job', dataBytes }, { withData })) {
    positions.push(position)
  }
  return positions
}

describe('the transcripts of a job', () => {
  it('come in one page with the texts of an ordinary job', async () => {
    const { storage, asked } = storageOf(50)

    expect(await positionsOf(storage, 1.3 * MIB, true)).toEqual([...Array(50).keys()])
    expect(asked).toEqual([{ jobId: 'job', afterPosition: -1, limit: 100, withData: true }])
  })

  it('of 50 videos of 1 MB each are never held two at a time', async () => {
    const { storage, asked } = storageOf(50)

    expect(await positionsOf(storage, 50 * MIB, true)).toHaveLength(50)
    expect(asked.every(({ limit }) => limit === 1)).toBe(true)
  })

  it('let everything else run between one text and the next, even where the storage answers at once', async () => {
    let turns = 0
    let isReading = true
    const count = (): void => {
      turns += 1
      if (isReading) setImmediate(count)
    }
    setImmediate(count)

    await positionsOf(storageOf(50).storage, 50 * MIB, true)
    isReading = false

    expect(turns).toBeGreaterThanOrEqual(50)
  })

  it('come in pages of a hundred where no text is asked for, whatever its size', async () => {
    const { storage, asked } = storageOf(250)

    expect(await positionsOf(storage, 500 * MIB, false)).toEqual([...Array(250).keys()])
    expect(asked.map(({ afterPosition }) => afterPosition)).toEqual([-1, 99, 199])
  })

  it('are read no further than somebody wants them', async () => {
    const { storage, asked } = storageOf(250)

    for await (const { position } of readTranscripts(storage, { id: 'job', dataBytes: 0 }, { withData: false })) {
      if (position === 3) break
    }

    expect(asked).toHaveLength(1)
  })

  it('of an unknown job are none', async () => {
    expect(await positionsOf(storageOf(0).storage, 0, true)).toEqual([])
  })
})
