import { describe, expect, it } from 'vitest'
import { workerSettings } from '../src/worker/worker-options.ts'

describe('the options of callbacks', () => {
  it('have a default each, and keep what they are told', () => {
    expect(workerSettings({ deliveries: { perReceiver: 1_000 } }).deliveries).toMatchObject({
      concurrency: 50,
      perReceiver: 1_000,
      attemptTimeoutMs: 20_000,
      leaseMs: 60_000,
    })
  })

  it('may leave callbacks to other workers', () => {
    expect(workerSettings({ deliveries: 'off' }).deliveries).toBe('off')
  })

  it.each([
    ['concurrency', { concurrency: 0 }],
    ['perReceiver', { perReceiver: 1.5 }],
    ['memoryBytes', { memoryBytes: NaN }],
    ['leaseMs', { leaseMs: 0 }],
    ['attemptTimeoutMs', { attemptTimeoutMs: 60_000 }],
    ['inlineLimitBytes', { inlineLimitBytes: -1 }],
    ['delaysMs', { delaysMs: [1_000, NaN] }],
    ['publicUrl', { publicUrl: 'transcripts.example.com' }],
    ['publicUrl', { publicUrl: 'ftp://example.com' }],
    ['publicUrl', { publicUrl: 'https://example.com/?key=1' }],
  ])('are refused where no callback could be sent with %s', (name, deliveries) => {
    expect(() => workerSettings({ deliveries })).toThrow(`deliveries.${name}: `)
  })

  it('may be without retries, and always or never with texts', () => {
    expect(() => workerSettings({ deliveries: { delaysMs: [], inlineLimitBytes: Infinity } })).not.toThrow()
    expect(() =>
      workerSettings({ deliveries: { inlineLimitBytes: 0, publicUrl: 'https://example.com/v1' } }),
    ).not.toThrow()
  })
})
