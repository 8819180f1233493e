// What becomes of a job of the older service, row by row. How the rows are read and written is another matter.
import { describe, expect, it } from 'vitest'
import { importPlanOf, segmentsJsonOf, type ImportedState } from '@ytscriptify/core'
import { youtubeSource } from '@ytscriptify/source-youtube'
import { importedJobOf, type ImportFacts } from '../../src/import/imported-job.ts'
import type { OldJob, OldTranscript } from '../../src/import/old-database.ts'
import { oldText } from '../support/old-database.ts'

const NOW = new Date('2026-03-01T00:00:00Z')

const FACTS: ImportFacts = {
  owner: 'default',
  source: youtubeSource(),
  timeoutMs: 3_600_000,
  maxAgeMs: 604_800_000,
  now: NOW,
}

const jobOf = (job: Partial<OldJob> = {}): OldJob => ({
  id: 'b1f0',
  status: 'completed',
  createdAt: '2025-01-02 03:04:05',
  updatedAt: '2025-01-02 03:05:00',
  callbackUrl: null,
  errorMessage: null,
  ...job,
})

const urlOf = (id: string): string => `https://www.youtube.com/watch?v=${id}`

const rowOf = (row: Partial<OldTranscript> = {}): OldTranscript => ({
  id: 1,
  url: urlOf('gettysburg1'),
  videoId: 'gettysburg1',
  data: null,
  status: 'pending',
  errorMessage: null,
  createdAt: '2025-01-02 03:04:05',
  updatedAt: '2025-01-02 03:04:50',
  ...row,
})

function mapped(job: Partial<OldJob>, rows: readonly Partial<OldTranscript>[], facts: Partial<ImportFacts> = {}) {
  const result = importedJobOf(jobOf(job), rows.map(rowOf), { ...FACTS, ...facts })
  importPlanOf(result.job) // Whatever comes out can be stored.
  return {
    ...result,
    states: result.job.transcripts.map(({ state }) => state),
    kinds: result.remarks.map(({ kind }) => kind),
  }
}

/** `failed invalid_input` */
const outcomeOf = (state: ImportedState): string =>
  state.type === 'failed' ? `failed ${state.error.code}` : state.type

describe('a job of the older service', () => {
  it('keeps its id, its times and the order of its videos', () => {
    const { job, kinds } = mapped({}, [
      { status: 'completed', data: oldText('one') },
      { status: 'failed', url: urlOf('private_vid'), errorMessage: 'This video is private' },
    ])

    expect(job).toMatchObject({
      id: 'b1f0',
      owner: 'default',
      source: 'youtube',
      status: 'completed',
      createdAt: new Date('2025-01-02T03:04:05Z'),
      updatedAt: new Date('2025-01-02T03:05:00Z'),
      transcripts: [
        { videoId: 'gettysburg1', updatedAt: new Date('2025-01-02T03:04:50Z'), state: { type: 'completed' } },
        { videoId: 'private_vid', state: { type: 'failed', error: { message: 'This video is private' } } },
      ],
    })
    expect(kinds).toEqual([])
  })

  it('has the time of the import where its own are missing or cannot be read', () => {
    const { job, remarks } = mapped({ createdAt: null, updatedAt: 'yesterday' }, [
      { status: 'cancelled', createdAt: '', updatedAt: null },
    ])

    expect([job.createdAt, job.updatedAt, job.transcripts[0]?.createdAt, job.transcripts[0]?.updatedAt]).toEqual([
      NOW,
      NOW,
      NOW,
      NOW,
    ])
    expect(remarks).toEqual([{ kind: 'unreadable_time', subject: 'job b1f0', detail: '"yesterday"' }])
  })

  it.each([
    [null, 'pending', []],
    ['PENDING', 'pending', []],
    ['Processing', 'processing', []],
    ['half-done', 'pending', ['unknown_status']],
  ])('with the status %s goes on as %s', (status, expected, remarks) => {
    const { job, states, kinds } = mapped({ status }, [{ status: null }])

    expect(job.status).toBe(expected)
    expect(states.map(outcomeOf)).toEqual(['pending'])
    expect(kinds).toEqual(remarks)
  })

  it('that goes on fetches what is not done, and keeps what is', () => {
    const { job, states } = mapped({ status: 'processing' }, [
      { status: 'completed', data: oldText('one') },
      { status: 'processing', url: urlOf('fdr1933fear') },
      { status: 'failed', url: urlOf('private_vid'), errorMessage: 'private' },
    ])

    expect(job.status).toBe('processing')
    expect(states.map(outcomeOf)).toEqual(['completed', 'pending', 'failed source_request_failed'])
  })

  it.each([
    ['completed', ['failed deadline_exceeded', 'failed deadline_exceeded', 'completed']],
    ['failed', ['failed deadline_exceeded', 'failed deadline_exceeded', 'completed']],
    ['cancelled', ['cancelled', 'cancelled', 'completed']],
  ])('that had ended as %s fetches nothing any more, and loses no text', (status, expected) => {
    const { job, states, kinds } = mapped({ status }, [
      { status: 'pending' },
      { status: 'processing', url: urlOf('fdr1933fear') },
      { status: null, url: urlOf('aintiawoman'), data: oldText('one') },
    ])

    expect(job.status).toBe(status)
    expect(states.map(outcomeOf)).toEqual(expected)
    expect(kinds).toEqual(['left_unfinished', 'left_unfinished'])
  })

  it('that failed says why as it did there', () => {
    const video = { status: 'failed', errorMessage: 'HTTP 500' }

    expect(mapped({ status: 'failed', errorMessage: 'all failed' }, [video]).job.error).toMatchObject({
      message: 'all failed',
    })
    expect(importPlanOf(mapped({ status: 'failed' }, [video]).job).error).toMatchObject({ message: 'HTTP 500' })
  })

  it('without videos fails, unless it had ended', () => {
    const open = mapped({ status: null, callbackUrl: 'https://example.com/' }, [])
    const ended = mapped({ status: 'completed' }, [])

    expect(open.job).toMatchObject({ status: 'failed', error: { code: 'invalid_input' } })
    expect(open.kinds).toEqual(['no_videos'])
    expect(ended.job).toMatchObject({ status: 'completed', transcripts: [] })
    expect(ended.kinds).toEqual([])
  })

  it('comes without a callback that is refused here, and with one that is not', () => {
    const callbackUrl = 'https://example.com/hook'
    const refused = mapped({ callbackUrl }, [], { callbackProblem: 'It is not public.' })

    expect(mapped({ callbackUrl }, []).job.callbackUrl).toBe(callbackUrl)
    expect(refused.job.callbackUrl).toBeUndefined()
    expect(refused.remarks).toEqual([{ kind: 'callback_left_out', subject: 'job b1f0', detail: 'It is not public.' }])
  })
})

describe('a video of the older service', () => {
  it.each([
    [null, 'It has no URL.'],
    [
      'https://www.youtube.com/playlist?list=PL1',
      '"https://www.youtube.com/playlist?list=PL1" is not the URL of one video.',
    ],
  ])('whose URL is %s fails with invalid_input, whatever its id', (url, message) => {
    const { states, remarks } = mapped({ status: 'pending' }, [{ url, videoId: 'gettysburg1' }])

    expect(states).toMatchObject([{ type: 'failed', error: { code: 'invalid_input', message } }])
    expect(remarks).toMatchObject([{ kind: 'unusable_url', subject: 'job b1f0, video 1' }])
  })

  it('that was completed keeps its text even without a usable URL', () => {
    const { job } = mapped({}, [{ url: null, videoId: 'gettysburg1', status: 'completed', data: oldText('one') }])

    expect(job.transcripts).toMatchObject([{ url: '', videoId: 'gettysburg1', state: { type: 'completed' } }])
  })

  it('has the id that its URL says, where the column is empty', () => {
    const { job } = mapped({ status: 'pending' }, [{ videoId: null, url: 'https://youtu.be/fdr1933fear' }])

    expect(job.transcripts).toMatchObject([{ videoId: 'fdr1933fear', state: { type: 'pending' } }])
  })

  it.each(['completed', 'pending'])('whose text cannot be used fails with invalid_input, in a %s job too', (status) => {
    const { states, remarks } = mapped({ status }, [{ status: 'completed', data: '[{"text": "a"' }])

    expect(states).toMatchObject([
      { type: 'failed', error: { code: 'invalid_input', message: expect.stringContaining('is no JSON') } },
    ])
    expect(remarks).toEqual([{ kind: 'unusable_text', subject: 'job b1f0, video 1', detail: 'is no JSON' }])
  })

  it('that is given twice is fetched once', () => {
    const { job, states } = mapped({ status: 'pending' }, [
      {},
      { url: urlOf('fdr1933fear') },
      { url: 'https://youtu.be/gettysburg1' },
      { url: 'gettysburg1' },
    ])

    expect(job.transcripts.map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, undefined, 0, 0])
    expect(states.map(outcomeOf)).toEqual(['pending', 'pending', 'pending', 'pending'])
  })

  it('that is given twice and was done once is done', () => {
    const data = oldText('one')
    const { states } = mapped({ status: 'processing' }, [{ status: 'completed', data }, { status: 'pending' }])

    const texts = states.map((state) => state.type === 'completed' && segmentsJsonOf(state.content.data))
    expect(texts[0]).toContain('"text":"one"')
    expect(texts[1]).toBe(texts[0])
  })

  it('is not taken for the text of a language that somebody asks for later', () => {
    const { job } = mapped({ status: 'processing' }, [
      { status: 'completed', data: oldText('one') },
      { url: urlOf('fdr1933fear') },
    ])

    expect(job.transcripts.map(({ requestKey }) => requestKey)).toEqual([
      '[1,"gettysburg1",["und"],"any"]',
      '[1,"fdr1933fear",[],"any"]',
    ])
  })
})
