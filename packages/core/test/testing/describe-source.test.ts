import { describe, expect, it } from 'vitest'
import { TranscriptionError } from '../../src/errors.ts'
import { fetchedOf } from '../../src/testing/builders.ts'
import { describeSource, type SourceHarness } from '../../src/testing/describe-source.ts'
import { failing, fakeSource, hanging, type FakeFetch, type FakeSource } from '../../src/testing/fake-source.ts'
import { failuresOf } from './run-suite.ts'

const givesEnglish: FakeFetch = async (_video, { request }) => {
  if (request.languages.includes('tlh')) throw new TranscriptionError('language_not_found', 'No Klingon here.')
  return fetchedOf('Four score and seven years ago')
}

function createHarness(source: FakeSource): SourceHarness {
  return {
    source,
    urls: ['https://example.test/dQw4w9WgXcQ', 'dQw4w9WgXcQ'],
    foreignUrls: ['https://example.test/', 'https://example.test/too-long-for-an-id'],
    failing: [{ url: 'https://example.test/private0000', code: 'video_private' }],
    missingLanguage: 'tlh',
    hang: async () => source.answer('dQw4w9WgXcQ', hanging),
    dispose: async () => undefined,
  }
}

const honestSource = () => fakeSource({ videos: { private0000: failing('video_private') }, otherwise: givesEnglish })

describeSource({ runner: { describe, it }, createHarness: async () => createHarness(honestSource()) })

describe('the suite of sources', () => {
  const findsFault = (change: (source: FakeSource) => Partial<FakeSource>) =>
    failuresOf((runner) =>
      describeSource({
        runner,
        createHarness: async () => {
          const source = honestSource()
          return createHarness({ ...source, ...change(source) })
        },
      }),
    )

  it('finds nothing wrong with an honest source', async () => {
    expect(await findsFault(() => ({}))).toEqual([])
  })

  it('finds seconds where there should be milliseconds', async () => {
    const seconds = fetchedOf('', { segments: [{ text: 'Hello.', startMs: 0.5, durationMs: 1.2 }] })

    expect(await findsFault(() => ({ fetch: async () => seconds }))).toContain(
      'a source a transcript has segments with text and whole milliseconds, in the order of their time',
    )
  })

  it('finds a source that ignores its signal', async () => {
    expect(await findsFault(() => ({ fetch: async () => fetchedOf('Anyway.') }))).toContain(
      'a source a fetch that nobody waits for any more never begins when the signal has aborted already',
    )
  })

  it('finds errors that say nothing', async () => {
    const mute = () => Promise.reject(new Error('404'))

    expect(await findsFault(() => ({ fetch: mute }))).toContain(
      'a source a transcript that cannot be had is an error that says why',
    )
  })

  it('finds a source that takes everything for a video', async () => {
    expect(await findsFault(() => ({ parse: () => ({ videoId: 'dQw4w9WgXcQ' }) }))).toContain(
      'a source the URL of a video is told apart from everything else',
    )
  })
})
