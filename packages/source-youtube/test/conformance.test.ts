import { describeSource, type SourceHarness } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { startStandInYouTube } from '../src/testing/index.ts'
import { youtubeSource } from '../src/youtube-source.ts'

describeSource({ runner: { describe, it }, createHarness })

async function createHarness(): Promise<SourceHarness> {
  const youtube = await startStandInYouTube()
  return {
    source: youtubeSource({ baseUrl: youtube.url, minGapMs: 0 }),
    urls: [
      'https://www.youtube.com/watch?v=gettysburg1',
      'https://youtu.be/gettysburg1?t=5',
      'https://www.youtube.com/shorts/gettysburg1',
      'gettysburg1',
    ],
    foreignUrls: ['https://www.youtube.com/@gettysburg1', 'https://youtube.com.evil.test/watch?v=gettysburg1'],
    failing: [
      { url: 'https://youtu.be/private_vid', code: 'video_private' },
      { url: 'https://youtu.be/00000000000', code: 'video_unavailable' },
    ],
    missingLanguage: 'eu',
    hang: async () => void youtube.behave({ how: 'hang' }),
    dispose: () => youtube.close(),
  }
}
