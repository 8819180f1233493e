// Signatures, read by the package that receivers use, which shares no code with ours.
import { isTranscriptionError } from '@ytscriptify/core'
import { manualClock } from '@ytscriptify/core/testing'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { receiverSecretOf, webhookNotifier } from '../src/index.ts'
import { signedMessageOf } from '../src/signed-message.ts'
import { signingKeysOf } from '../src/signing-key.ts'
import { SECRET, never, notificationTo } from './support/stage.ts'
import { withReceiver } from './support/with-receiver.ts'

const STANDARD_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const BODY = '{"type":"job.completed","data":{"title":"Grüße 😀"}}'

describe('a callback', () => {
  it.each([
    ['a secret of the specification', STANDARD_SECRET],
    ['any other text', SECRET],
    ['text outside ASCII', 'Schlüssel über Schlüssel'],
  ])('signed with %s is verified by the standardwebhooks package', async (_what, secret) => {
    const { receiver, deliver } = await withReceiver({ secret })

    await deliver(BODY)

    const { body, headers } = receiver.received[0]!
    const event = new Webhook(receiverSecretOf(secret)).verify(body, headers as Record<string, string>)
    expect(event).toEqual(JSON.parse(BODY))
  })

  it('is not verified with another secret, or with another body', async () => {
    const { receiver, deliver } = await withReceiver({ secret: STANDARD_SECRET })

    await deliver(BODY)

    const { headers } = receiver.received[0]!
    const verify = (secret: string, body: string) => () =>
      new Webhook(secret).verify(body, headers as Record<string, string>)
    expect(verify(receiverSecretOf(SECRET), BODY)).toThrow('No matching signature')
    expect(verify(STANDARD_SECRET, `${BODY} `)).toThrow('No matching signature')
  })

  it('carries a signature of each secret, the first one first, so that secrets can be changed', async () => {
    const { receiver, deliver } = await withReceiver({ secret: [STANDARD_SECRET, SECRET] })

    await deliver(BODY)

    const { headers } = receiver.received[0]!
    const sentAt = new Date(Number(headers['webhook-timestamp']) * 1000)
    expect(headers['webhook-signature']).toBe(
      [STANDARD_SECRET, receiverSecretOf(SECRET)]
        .map((secret) => new Webhook(secret).sign('msg_1', sentAt, BODY))
        .join(' '),
    )
    for (const secret of [STANDARD_SECRET, receiverSecretOf(SECRET)])
      expect(new Webhook(secret).verify(BODY, headers as Record<string, string>)).toEqual(JSON.parse(BODY))
  })

  it('says what it is, how long it is, who sends it and when', async () => {
    const clock = manualClock({ startAt: new Date('2026-03-01T12:00:00.900Z') })
    const { receiver, deliver } = await withReceiver({ clock })

    await deliver(BODY)

    expect(receiver.received).toMatchObject([
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(BODY)),
          'user-agent': `YTScriptify/${manifest.version}`,
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(Date.parse('2026-03-01T12:00:00Z') / 1000),
        },
      },
    ])
  })

  it('has the moment of its attempt, and its id and its bytes for good', async () => {
    const clock = manualClock()
    const { receiver, deliver } = await withReceiver({ clock })

    await deliver(BODY)
    await clock.advance(300_000)
    await deliver(BODY)

    const [first, second] = receiver.received
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(Number(second?.headers['webhook-timestamp']) - Number(first?.headers['webhook-timestamp'])).toBe(300)
  })

  it('of 16 MB arrives whole and verified, whatever its characters are', async () => {
    const { receiver, notifier } = await withReceiver({ secret: STANDARD_SECRET })
    const body = JSON.stringify({ type: 'job.completed', text: '😀ü-'.repeat(2_300_000) })

    const receipt = await notifier.deliver(notificationTo(receiver.origin, { body }), { signal: never() })

    expect(receipt.type).toBe('delivered')
    expect(Buffer.byteLength(body)).toBeGreaterThan(16_000_000)
    const [got] = receiver.received
    expect(got?.body === body).toBe(true)
    new Webhook(STANDARD_SECRET).verify(body, got?.headers as Record<string, string>)
  })

  it('is signed as the bytes it is sent in, wherever it is cut', async () => {
    const keys = signingKeysOf(STANDARD_SECRET)
    const now = Date.parse('2026-03-01T12:00:00Z')
    const bodies = fc
      .tuple(
        fc.nat({ max: 3 }),
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom('x', 'é', '😀', '\ud83d'),
      )
      .map(([shift, text, filler]) => 'y'.repeat(shift) + filler.repeat(300_000) + text)

    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { headers, chunks } = await signedMessageOf({ id: 'msg_1', body, keys, now, signal: never() })

        const bytes = Buffer.concat(chunks)
        expect(bytes.equals(Buffer.from(body))).toBe(true)
        expect(headers['content-length']).toBe(String(bytes.length))
        expect(headers['webhook-signature']).toBe(new Webhook(STANDARD_SECRET).sign('msg_1', new Date(now), body))
      }),
      { numRuns: 10 },
    )
  })

  it('of 16 MB is signed in turns, between which others work', async () => {
    const keys = signingKeysOf([STANDARD_SECRET, SECRET])
    const body = 'ü'.repeat(8_000_000)
    let turns = 0
    let others = setImmediate(function next() {
      turns += 1
      others = setImmediate(next)
    })

    const { chunks } = await signedMessageOf({ id: 'msg_1', body, keys, now: 0, signal: never() })
    clearImmediate(others)

    expect(chunks.length).toBeGreaterThan(30)
    expect(turns).toBeGreaterThanOrEqual(chunks.length - 1)
  })

  it('is not signed to the end when nobody wants it any more', async () => {
    const controller = new AbortController()
    const keys = signingKeysOf(SECRET)
    const signing = signedMessageOf({ id: 'm', body: 'x'.repeat(1_000_000), keys, now: 0, signal: controller.signal })

    controller.abort(new Error('the process stops'))

    await expect(signing).rejects.toThrow('the process stops')
  })
})

describe('a secret', () => {
  it.each([
    ['', '0 bytes are too few'],
    ['short', '5 bytes are too few'],
    ['whsec_', 'whsec_ comes the base64'],
    ['whsec_c2hvcnQ=', 'whsec_ comes the base64'],
    [`whsec_${'A'.repeat(88)}`, 'whsec_ comes the base64'],
    ['whsec_not base64 at all, but long enough to pass', 'whsec_ comes the base64'],
  ])('that is weak or damaged (%j) is refused when the notifier is made, without being shown', (secret, message) => {
    const make = () => webhookNotifier({ secret })

    expect(make).toThrow(expect.toSatisfy((error) => isTranscriptionError(error, 'invalid_input')))
    expect(make).toThrow(message)
    if (secret.length > 6) expect(make).not.toThrow(secret.slice(6))
  })

  it('is needed', () => {
    expect(() => webhookNotifier({ secret: [] })).toThrow('give at least one')
  })

  it('of 24 to 64 bytes is taken, with or without padding', () => {
    for (const bytes of [24, 25, 32, 64]) {
      const base64 = Buffer.alloc(bytes, 7).toString('base64')
      expect(receiverSecretOf(`whsec_${base64}`)).toBe(`whsec_${base64}`)
      expect(receiverSecretOf(`whsec_${base64.replace(/=+$/, '')}`)).toBe(`whsec_${base64}`)
    }
  })

  it('in plain text is written by its receiver as the base64 of its bytes', () => {
    expect(receiverSecretOf('correct horse battery staple')).toBe('whsec_Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==')
  })
})
