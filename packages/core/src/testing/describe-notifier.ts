// The conformance suite of notifiers: one call is one attempt, and a receiver that fails is an answer.
import assert from 'node:assert/strict'
import { isTranscriptionError } from '../errors.ts'
import type { Notification, Notifier } from '../notifier.ts'
import { suiteOf, type Harness, type Suite, type SuiteOptions } from './test-runner.ts'

export interface NotifierHarness extends Harness {
  readonly notifier: Notifier
  /** A URL that may be called, and at which the harness receives. */
  readonly url: string
  /** URLs that may not be called, or that are none. */
  readonly refusedUrls: readonly string[]
  /**
   * How the receiver behaves from now on: it takes notifications, fails in a way that may be over later, wants no
   * more of them, is not there at all, or never answers.
   */
  readonly behave: (behaviour: ReceiverBehaviour) => Promise<void>
  /** What the receiver was sent, in this order, whatever it made of it. */
  readonly received: () => readonly ReceivedNotification[]
}

export type ReceiverBehaviour = 'takes' | 'fails' | 'refuses' | 'unreachable' | 'hangs'

export interface ReceivedNotification {
  readonly id: string
  readonly body: string
}

/** Defines the tests that every {@link Notifier} passes. */
export function describeNotifier(options: SuiteOptions<NotifierHarness>): void {
  const suite = suiteOf(options)
  suite.describe('a notifier', () => {
    describeDelivering(suite)
    describeChecking(suite)
  })
}

function describeDelivering({ describe, it }: Suite<NotifierHarness>): void {
  describe('an attempt', () => {
    it('brings the receiver the body as it is', async ({ notifier, url, received }) => {
      const body = '{"type":"job.completed","data":{"title":"Grüße 😀 \\u0000"}}'

      const receipt = await notifier.deliver(notificationOf({ url, body }), { signal: never() })

      assert.equal(receipt.type, 'delivered')
      assert.deepEqual(received(), [{ id: 'msg_1', body }])
    })

    it('carries the same id as the attempt before it', async ({ notifier, url, behave, received }) => {
      await behave('fails')
      await notifier.deliver(notificationOf({ url }), { signal: never() })
      await behave('takes')

      const receipt = await notifier.deliver(notificationOf({ url }), { signal: never() })

      assert.equal(receipt.type, 'delivered')
      const [first, second] = received()
      assert.ok(first)
      assert.deepEqual(second, first)
    })

    it('is one only, whatever becomes of it', async ({ notifier, url, behave, received }) => {
      await behave('fails')

      await notifier.deliver(notificationOf({ url }), { signal: never() })

      assert.equal(received().length, 1)
    })

    it('that fails says why, and may be made again', async ({ notifier, url, behave }) => {
      await behave('fails')

      const receipt = await notifier.deliver(notificationOf({ url }), { signal: never() })

      assert.ok(receipt.type === 'failed')
      assert.match(receipt.reason, /\S/)
    })

    it('that finds nobody says so, and may be made again', async ({ notifier, url, behave }) => {
      await behave('unreachable')

      const receipt = await notifier.deliver(notificationOf({ url }), { signal: never() })

      assert.ok(receipt.type === 'failed')
      assert.match(receipt.reason, /\S/)
    })

    it('is the last when the receiver wants no more', async ({ notifier, url, behave }) => {
      await behave('refuses')

      const receipt = await notifier.deliver(notificationOf({ url }), { signal: never() })

      assert.ok(receipt.type === 'refused')
      assert.match(receipt.reason, /\S/)
    })

    it('to a URL that may not be called is refused: no check before it can be relied on', async ({
      notifier,
      refusedUrls,
      received,
    }) => {
      for (const url of refusedUrls) {
        const receipt = await notifier.deliver(notificationOf({ url }), { signal: never() })
        assert.equal(receipt.type, 'refused', url)
      }

      assert.deepEqual(received(), [])
    })

    it('ends with the reason of its signal', async ({ notifier, url, behave }) => {
      await behave('hangs')
      const controller = new AbortController()
      const reason = new Error('the process stops')
      const delivering = notifier.deliver(notificationOf({ url }), { signal: controller.signal })

      setImmediate(() => controller.abort(reason))

      await assert.rejects(delivering, reason)
    })

    it('is not made when its signal has aborted already', async ({ notifier, url, received }) => {
      const reason = new Error('the process stops')

      await assert.rejects(notifier.deliver(notificationOf({ url }), { signal: AbortSignal.abort(reason) }), reason)

      assert.deepEqual(received(), [])
    })

    it('does not wait for others: of 20 at the same time each is made', async ({ notifier, url, received }) => {
      const ids = Array.from({ length: 20 }, (_, index) => `msg_${index}`)

      const receipts = await Promise.all(
        ids.map((id) => notifier.deliver(notificationOf({ url, id }), { signal: never() })),
      )

      assert.ok(receipts.every(({ type }) => type === 'delivered'))
      assert.deepEqual(new Set(received().map(({ id }) => id)), new Set(ids))
    })
  })
}

function describeChecking({ describe, it }: Suite<NotifierHarness>): void {
  describe('a callback URL', () => {
    it('that may be called passes the check, without being called', async ({ notifier, url, received }) => {
      await notifier.check(url)

      assert.deepEqual(received(), [])
    })

    it('that may not be called is refused with a reason', async ({ notifier, refusedUrls }) => {
      assert.ok(refusedUrls.length > 0)

      for (const url of [...refusedUrls, '', 'not a URL', 'file:///etc/passwd', 'javascript:alert(1)']) {
        await assert.rejects(notifier.check(url), (error) => isTranscriptionError(error, 'callback_refused'), url)
      }
    })

    it('of a receiver that is not there passes: it may be there when the job has ended', async ({
      notifier,
      url,
      behave,
    }) => {
      await behave('unreachable')

      await notifier.check(url)
    })
  })
}

const notificationOf = (overrides: Partial<Notification> & Pick<Notification, 'url'>): Notification => ({
  id: 'msg_1',
  type: 'job.completed',
  body: '{"type":"job.completed"}',
  ...overrides,
})

const never = (): AbortSignal => new AbortController().signal
