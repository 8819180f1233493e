import { describeSource, type SourceHarness } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { createStandInYtDlp } from '../../src/testing/index.ts'
import { ytDlpSource } from '../../src/yt-dlp/yt-dlp-source.ts'

describeSource({ runner: { describe, it }, createHarness })

async function createHarness(): Promise<SourceHarness> {
  const ytDlp = await createStandInYtDlp()
  return {
    source: ytDlpSource({ binary: ytDlp.binary, minGapMs: 0 }),
    urls: ['https://www.youtube.com/watch?v=gettysburg1', 'https://youtu.be/gettysburg1?t=5', 'gettysburg1'],
    foreignUrls: [
      'https://www.youtube.com/@gettysburg1',
      'https://youtube.com.evil.test/watch?v=gettysburg1',
      '--exec',
    ],
    failing: [
      { url: 'https://youtu.be/private_vid', code: 'video_private' },
      { url: 'https://youtu.be/00000000000', code: 'video_unavailable' },
    ],
    missingLanguage: 'eu',
    hang: async () => ytDlp.behave('hang'),
    dispose: ytDlp.remove,
  }
}
