// A notifier that says what a test tells it to say.
import { TranscriptionError } from '../errors.ts'
import type { DeliveryReceipt, Notification, Notifier } from '../notifier.ts'

/** How a receiver answers an attempt: with a receipt, by throwing an error, or as a function decides. */
export type FakeReceipt = DeliveryReceipt | Error | FakeDelivery

export type FakeDelivery = (
  notification: Notification,
  options: { readonly signal: AbortSignal },
) => Promise<DeliveryReceipt>

export interface FakeNotifierOptions {
  /** What each receiver answers, by URL: one thing always, or one after the other, the last one ever again. */
  readonly receivers?: Readonly<Record<string, FakeReceipt | readonly FakeReceipt[]>>
  /** What URLs answer that are not in `receivers`. @default it is taken */
  readonly otherwise?: FakeReceipt
  /** URLs that {@link Notifier.check} refuses. @default none */
  readonly refused?: readonly string[]
}

export interface FakeNotifier extends Notifier {
  /** Changes what a URL answers from now on. */
  answer(url: string, ...receipts: readonly [FakeReceipt, ...FakeReceipt[]]): void
  /** Refuses this URL from now on, when it is checked. */
  refuse(url: string): void
  /** The attempts that were made, in this order. */
  readonly sent: readonly Notification[]
  /** How many attempts are under way. */
  readonly running: number
  /** How many attempts ever were under way at the same time. */
  readonly mostRunning: number
  /** How many characters the bodies under way ever had together. */
  readonly mostCharacters: number
}

/**
 * A {@link Notifier} for tests. It takes everything, unless it is told otherwise.
 *
 * ```ts
 * const notifier = fakeNotifier({ receivers: { 'https://receiver.test/': [answering(500), answering(200)] } })
 * ```
 */
export function fakeNotifier({ receivers = {}, refused = [], ...options }: FakeNotifierOptions = {}): FakeNotifier {
  const scripts = new Map(Object.entries(receivers).map(([url, receipts]) => [url, [receipts].flat()]))
  const otherwise = options.otherwise ?? answering(200)
  const refusedUrls = new Set(refused)
  const sent: Notification[] = []
  let running = 0
  let mostRunning = 0
  let characters = 0
  let mostCharacters = 0

  const nextReceipt = (url: string): FakeReceipt => {
    const script = scripts.get(url) ?? []
    return (script.length > 1 ? script.shift() : script[0]) ?? otherwise
  }

  return {
    async check(url) {
      if (refusedUrls.has(url)) throw new TranscriptionError('callback_refused', `${url} may not be called.`)
    },
    async deliver(notification, { signal }) {
      signal.throwIfAborted()
      sent.push(notification)
      running += 1
      characters += notification.body.length
      mostRunning = Math.max(mostRunning, running)
      mostCharacters = Math.max(mostCharacters, characters)
      try {
        const receipt = nextReceipt(notification.url)
        if (receipt instanceof Error) throw receipt
        return typeof receipt === 'function' ? await receipt(notification, { signal }) : receipt
      } finally {
        running -= 1
        characters -= notification.body.length
      }
    },
    answer: (url, ...receipts) => void scripts.set(url, [...receipts]),
    refuse: (url) => void refusedUrls.add(url),
    sent,
    get running() {
      return running
    },
    get mostRunning() {
      return mostRunning
    },
    get mostCharacters() {
      return mostCharacters
    },
  }
}

/** The receipt of a receiver that answers with this status: 2xx takes it, 410 wants no more, anything else fails. */
export function answering(status: number, { retryAfterMs }: { readonly retryAfterMs?: number } = {}): DeliveryReceipt {
  if (status >= 200 && status < 300) return { type: 'delivered', status }
  const reason = `The receiver answered ${status}.`
  if (status === 410) return { type: 'refused', status, reason }
  return { type: 'failed', status, reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** A receiver that never answers: the attempt ends with its signal. */
export const silent: FakeDelivery = (_notification, { signal }) =>
  new Promise((_resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
  })
