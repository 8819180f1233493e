// A world outside that is not there: names resolve as the test says, and no connection ever leaves.
import { connect as connectTcp } from 'node:net'
import type { Notification } from '@ytscriptify/core'
import { webhookNotifier, type Connect, type ConnectTarget, type WebhookNotifierOptions } from '../../src/index.ts'

export const SECRET = 'a secret of some length'
export const PUBLIC = '93.184.216.34'

export const never = (): AbortSignal => new AbortController().signal

export const notificationTo = (url: string, overrides: Partial<Notification> = {}): Notification => ({
  id: 'msg_1',
  url,
  type: 'job.completed',
  body: '{"type":"job.completed"}',
  ...overrides,
})

export interface StageOptions extends Partial<WebhookNotifierOptions> {
  /** Addresses by name. A function is asked anew each time. Names that are missing do not resolve. */
  readonly names?: Readonly<Record<string, readonly string[] | (() => readonly string[])>>
  /** Where connections really go: a receiver on loopback. @default nowhere */
  readonly port?: number
  /** What the opened socket says it is connected to. @default the first judged address */
  readonly peer?: string
}

/** A notifier whose connections are recorded, and go to loopback or nowhere, whatever the guard lets through. */
export function setUpStage({ names = {}, port, peer, ...options }: StageOptions = {}) {
  const targets: ConnectTarget[] = []
  const connect: Connect = async (target) => {
    targets.push(target)
    if (port === undefined) throw Object.assign(new Error('nothing leaves a test'), { code: 'ECONNREFUSED' })
    const socket = connectTcp({ host: '127.0.0.1', port })
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return Object.defineProperty(socket, 'remoteAddress', { value: peer ?? target.addresses[0] })
  }
  const resolve = async (hostname: string): Promise<readonly string[]> => {
    const answer = names[hostname]
    if (answer) return typeof answer === 'function' ? answer() : answer
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' })
  }
  const notifier = webhookNotifier({ secret: SECRET, resolve, connect, ...options })
  const deliverTo = (url: string) => notifier.deliver(notificationTo(url), { signal: never() })
  return { notifier, targets, deliverTo, check: (url: string) => notifier.check(url) }
}
