// What a person who waits is told once.
import { PassThrough } from 'node:stream'
import { createEmitter } from '@ytscriptify/core'
import { expect, it } from 'vitest'
import { createScreen } from '../src/output/screen.ts'
import { tellEvents } from '../src/transcribe/tell-events.ts'

it('a video that is tried again is named with the time until then', () => {
  const stream = new PassThrough()
  const events = createEmitter()
  tellEvents(events, { screen: createScreen(stream, {}) })

  events.emit('transcript.retrying', {
    jobId: 'job',
    position: 0,
    videoId: 'gettysburg1',
    error: { code: 'source_timeout', message: 'No answer.', hint: 'Wait.', retryable: true },
    afterMs: 90_000,
  })

  expect(String(stream.read())).toBe('retry: No answer. Wait. It is tried again in 1:30.\n')
})
