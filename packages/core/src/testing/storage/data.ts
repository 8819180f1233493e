import assert from 'node:assert/strict'
import type { TranscriptionStorage } from '../../storage.ts'
import { decodeSegments, encodeSegments } from '../../transcript-data.ts'
import type { Segment, TranscriptContent } from '../../transcript.ts'
import { contentOf, errorOf, jobOf } from '../builders.ts'
import type { StorageSuite } from '../storage-harness.ts'
import { claim, claimOne, complete, fail, insert, jobNow, only, transcriptNow } from './steps.ts'

export function describeData({ describe, it }: StorageSuite): void {
  describe('a stored text', () => {
    it('is not read unless it is asked for', async ({ storage }) => {
      const job = await storeContent(storage, contentOf('A text.'))

      const transcript = only(await storage.listTranscripts({ jobId: job.id }))

      assert.equal(transcript.status, 'completed')
      assert.ok(transcript.result)
      assert.ok(!('data' in transcript.result) && transcript.data === undefined)
    })

    for (const [what, text] of Object.entries(DIFFICULT_TEXTS)) {
      it(`comes back to the byte: ${what}`, async ({ storage }) => {
        const content = contentOf(text, { metadata: { title: text, channel: text, provenance: { track: text } } })

        const job = await storeContent(storage, content)

        const { data, result } = await transcriptNow(storage, job)
        assert.equal(data, content.data)
        assert.deepEqual(decodeSegments(data ?? ''), [{ text, startMs: 0, durationMs: 1_500 }])
        assert.deepEqual(result?.metadata, { title: text, channel: text, provenance: { track: text } })
      })
    }

    it('may have 30,000 segments', async ({ storage }) => {
      const segments = Array.from({ length: 30_000 }, (_, index): Segment => ({
        text: `This is what was said in second number ${index}.`,
        startMs: index * 1_000,
        durationMs: 999,
      }))
      const content = { ...contentOf('', { segments }), data: encodeSegments(segments) }

      const job = await storeContent(storage, content)

      assert.ok((await transcriptNow(storage, job)).data === content.data, 'the text has changed')
    })

    it('is kept as text: order of keys, spaces and long numbers included', async ({ storage }) => {
      const data = '{"format":1,"segments":[ {"start_ms":0,"text":"b","text":"a","duration_ms":1.50}]}'

      const job = await storeContent(storage, { ...contentOf(''), data })

      assert.equal((await transcriptNow(storage, job)).data, data)
    })
  })

  describe('the size of the texts of a job', () => {
    it('is that of what is completed, in UTF-8 bytes', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb', 'ccccccccccc'])))
      const [first, second, third] = await claim(storage)
      assert.ok(first && second && third)
      assert.equal(job.dataBytes, 0)

      await complete(storage, first, 'Grüße 😀')
      assert.equal((await jobNow(storage, job)).dataBytes, Buffer.byteLength(contentOf('Grüße 😀').data))
      await fail(storage, second)
      await complete(storage, third, 'Second.')

      const bytes = Buffer.byteLength(contentOf('Grüße 😀').data + contentOf('Second.').data)
      assert.equal((await jobNow(storage, job)).dataBytes, bytes)
    })

    it('counts a video as often as it occurs, since so often it is shown', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'aaaaaaaaaaa', 'aaaaaaaaaaa'])))

      const result = await complete(storage, await claimOne(storage), 'A text.')

      assert.equal((await jobNow(storage, job)).dataBytes, 3 * Buffer.byteLength(contentOf('A text.').data))
      assert.ok(result.accepted)
      assert.equal(result.endedJob?.dataBytes, (await jobNow(storage, job)).dataBytes)
    })

    it('stays what it was when the rest is cancelled', async ({ storage }) => {
      const job = only(await insert(storage, jobOf(['aaaaaaaaaaa', 'bbbbbbbbbbb'])))
      await complete(storage, await claimOne(storage, { limit: 1 }), 'A text.')

      await storage.cancelJob({ id: job.id })

      assert.equal((await jobNow(storage, job)).dataBytes, Buffer.byteLength(contentOf('A text.').data))
    })
  })

  describe('what callers write', () => {
    it('comes back as it was: URLs, keys and names in every script', async ({ storage }) => {
      const job = jobOf('dQw4w9WgXcQ', {
        owner: 'o\'wner "quoted" \\ 日本',
        callbackUrl: 'https://receiver.test/hook?q=%F0%9F%98%80&x=ü',
        idempotency: { key: 'ключ\n😀', hash: 'h' },
        request: { languages: ['zh-Hans', 'pt-BR'], kind: 'any' },
      })
      const [transcript] = job.transcripts
      assert.ok(transcript)
      const url = "https://example.test/watch?v=dQw4w9WgXcQ&list='; DROP TABLE jobs; --😀"

      const { job: stored } = await storage.insertJob({ ...job, transcripts: [{ ...transcript, url }] })

      assert.equal(stored.owner, job.owner)
      assert.equal(stored.callbackUrl, job.callbackUrl)
      assert.deepEqual(stored.idempotency, job.idempotency)
      assert.deepEqual(stored.request, job.request)
      assert.deepEqual(await storage.getJob({ id: job.id, owner: job.owner }), stored)
      assert.equal((await transcriptNow(storage, job)).url, url)
      assert.equal((await claimOne(storage)).url, url)
    })

    it('does not change when the caller changes it afterwards', async ({ storage }) => {
      const languages = ['de']
      const job = jobOf('dQw4w9WgXcQ', { request: { languages, kind: 'any' } })
      await storage.insertJob(job)

      languages.push('en')

      assert.deepEqual((await claimOne(storage)).request.languages, ['de'])
    })
  })

  describe('what went wrong', () => {
    it('comes back as it was said', async ({ storage }) => {
      const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
      const error = {
        ...errorOf('language_not_found', 'No track in "de" for "Ça\nva? 😀"; available: en.'),
        hint: 'Ask for »en«.',
      }

      await fail(storage, await claimOne(storage), { error })

      assert.deepEqual((await transcriptNow(storage, job)).error, error)
    })
  })
}

const DIFFICULT_TEXTS = {
  'several scripts': 'Grüße, 日本語, العربية, עברית, हिन्दी, ไทย',
  'emoji of several code points': '👩🏽‍🚀 🏳️‍🌈 é é 😀',
  'quotes and backslashes': `"double" 'single' \`back\` \\ \\n \\u0041 ; -- %s $1 :name ?`,
  'line breaks, tabs and other control characters': 'a\r\nb\tc\u0001\u001f\u007f\u0085\u2028\u2029',
  'the NUL character, which JSON escapes': 'before\u0000after',
  'half a surrogate pair, which JSON escapes': 'before\ud83dafter',
}

async function storeContent(storage: TranscriptionStorage, content: TranscriptContent) {
  const job = only(await insert(storage, jobOf('dQw4w9WgXcQ')))
  const { lease } = await claimOne(storage)
  const result = await storage.settle({ lease, outcome: { type: 'completed', content } })
  assert.equal(result.accepted, true)
  return job
}
