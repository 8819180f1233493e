import { describe, expect, it } from 'vitest'
import { previewSubmission, type PreviewedUrl } from '../src/preview-submission.ts'
import type { ReuseLookup } from '../src/storage.ts'
import type { Submission } from '../src/submission.ts'
import { contentOf } from '../src/testing/builders.ts'
import { fakeSource } from '../src/testing/fake-source.ts'
import { requestKeyOf } from '../src/transcript-request.ts'

const fetchedAt = new Date('2026-03-01T12:00:00Z')

/** A storage that has transcripts of these videos, in their own languages. */
function storageWith(...videoIds: readonly string[]) {
  const stored = new Set(videoIds.map((id) => requestKeyOf(id, { languages: [], kind: 'any' })))
  const asked: (readonly ReuseLookup[])[] = []
  return {
    asked,
    findReusable: async (lookups: readonly ReuseLookup[]) => {
      asked.push(lookups)
      return lookups.map(({ requestKey }) =>
        stored.has(requestKey) ? { ...contentOf('A text.'), fetchedAt } : undefined,
      )
    },
  }
}

async function previewed(submission: Submission, storage = storageWith()): Promise<PreviewedUrl[]> {
  const all: PreviewedUrl[] = []
  for await (const one of previewSubmission(submission, { source: fakeSource(), storage })) all.push(one)
  return all
}

describe('the preview of a submission', () => {
  it('tells unique, stored and repeated videos and invalid URLs apart, in the order given', async () => {
    const urls = ['dQw4w9WgXcQ', 'jNQXAC9IVRw', 'https://example.test/dQw4w9WgXcQ', 'https://evil.test/']

    expect(await previewed({ urls }, storageWith('jNQXAC9IVRw'))).toEqual([
      { status: 'unique', url: 'dQw4w9WgXcQ', videoId: 'dQw4w9WgXcQ' },
      { status: 'stored', url: 'jNQXAC9IVRw', videoId: 'jNQXAC9IVRw', fetchedAt },
      { status: 'duplicate', url: 'https://example.test/dQw4w9WgXcQ', videoId: 'dQw4w9WgXcQ', duplicateOf: 0 },
      { status: 'invalid', url: 'https://evil.test/' },
    ])
  })

  it('calls stored what the submission would copy: the same request, of the same owner, young enough', async () => {
    const storage = storageWith('dQw4w9WgXcQ')

    const [german] = await previewed({ urls: ['dQw4w9WgXcQ'], languages: ['de'], owner: 'ada', maxAgeMs: 5 }, storage)

    expect(german?.status).toBe('unique')
    expect(storage.asked).toEqual([
      [
        {
          source: 'fake',
          owner: 'ada',
          maxAgeMs: 5,
          requestKey: requestKeyOf('dQw4w9WgXcQ', { languages: ['de'], kind: 'any' }),
        },
      ],
    ])
  })

  it('looks among the transcripts of all owners where the submission does', async () => {
    const storage = storageWith()

    await previewed({ urls: ['dQw4w9WgXcQ'], reuse: 'shared' }, storage)

    expect(storage.asked[0]?.[0]).not.toHaveProperty('owner')
  })

  it('calls nothing stored where all is to be asked anew', async () => {
    const storage = storageWith('dQw4w9WgXcQ')

    expect(await previewed({ urls: ['dQw4w9WgXcQ'], refresh: true }, storage)).toMatchObject([{ status: 'unique' }])
    expect(storage.asked).toEqual([])
  })

  it('takes a list that is longer than a job, a part at a time, and finds what repeats an earlier part', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `v${String(index).padStart(10, '0')}`)
    const storage = storageWith('v0000000100')

    const all = await previewed({ urls: [...ids, 'v0000000001'] }, storage)

    expect(storage.asked.map((lookups) => lookups.length)).toEqual([50, 50, 20])
    expect(all[100]).toMatchObject({ status: 'stored' })
    expect(all[120]).toMatchObject({ status: 'duplicate', duplicateOf: 1 })
  })

  it('refuses what cannot be submitted with any URL', async () => {
    await expect(previewed({ urls: ['dQw4w9WgXcQ'], languages: ['klingon!'] })).rejects.toMatchObject({
      code: 'invalid_input',
    })
    await expect(previewed({ urls: [] })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
