import { describeSource, type SourceHarness } from '@ytscriptify/core/testing'
import { describe, it } from 'vitest'
import { fileSource } from '../src/file-source.ts'
import { ADDRESS_DE_SRT, ADDRESS_VTT, createSubtitleFolder } from './subtitle-folder.ts'

describeSource({ runner: { describe, it }, createHarness })

async function createHarness(): Promise<SourceHarness> {
  const folder = await createSubtitleFolder({
    'talks/gettysburg.en.vtt': ADDRESS_VTT,
    'talks/gettysburg.de.srt': ADDRESS_DE_SRT,
    'talks/damaged.en.vtt': 'WEBVTT\n\n00:01.000 --> 00:0',
    'talks/silent.en.srt': '1\n00:00:01,000 --> 00:00:02,000\n\n',
  })
  return {
    source: fileSource({ folder: folder.path }),
    urls: [
      'file:talks/gettysburg',
      'file:talks/gettysburg.de.srt',
      `file://${folder.path}/talks/gettysburg.en.vtt`,
      `file://${folder.path}/talks/../talks/gettysburg`,
    ],
    foreignUrls: ['file:../secret.en.vtt', 'file:///etc/passwd', 'talks/gettysburg', 'https://youtu.be/gettysburg1'],
    failing: [
      { url: 'file:talks/missing', code: 'video_unavailable' },
      { url: 'file:no-such-folder/gettysburg', code: 'video_unavailable' },
      { url: 'file:talks/damaged', code: 'source_request_failed' },
      { url: 'file:talks/silent', code: 'empty_transcript' },
    ],
    missingLanguage: 'eu',
    // No disk can be made to hang: a fetch takes several turns of the event loop, and the suite ends it after one.
    hang: async () => undefined,
    dispose: folder.remove,
  }
}
