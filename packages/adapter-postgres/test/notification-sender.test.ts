import { describe, expect, it } from 'vitest'
import { createNotificationSender } from '../src/notification-sender.ts'

describe('what is told over one connection', () => {
  it('goes together where it comes together, the same only once', async () => {
    const { client, statements } = recordingClient()
    const { send } = createNotificationSender(client, 'channel')

    await Promise.all([send('a'), send('b'), send('a')])

    expect(statements).toEqual([['channel', ['a', 'b']]])
  })

  it('goes together where it comes while something is under way', async () => {
    const { client, statements, hold } = recordingClient()
    const { send } = createNotificationSender(client, 'channel')
    const letGo = hold()

    const first = send('a')
    await expect.poll(() => statements.length).toBe(1)
    const others = [send('b'), send('a'), send('c')]
    letGo()
    await Promise.all([first, ...others])

    expect(statements).toEqual([
      ['channel', ['a']],
      ['channel', ['b', 'a', 'c']],
    ])
  })

  // node-postgres deprecates a second statement on a client that works.
  it('never gives the client a second statement while it works', async () => {
    const { client, mostAtATime } = recordingClient()
    const { send, ask } = createNotificationSender(client, 'channel')

    await Promise.all([send('a'), ask(), send('b'), ask(), send('c')])

    expect(mostAtATime()).toBe(1)
  })

  it('is lost for those alone whose statement failed', async () => {
    const { client, fail } = recordingClient()
    const { send } = createNotificationSender(client, 'channel')
    fail()

    await expect(send('a')).rejects.toThrow('not now')

    await expect(send('b')).resolves.toBeUndefined()
  })
})

/** A client that remembers the values of its statements. */
function recordingClient() {
  const statements: unknown[] = []
  let held = Promise.resolve()
  let running = 0
  let most = 0
  let failsNext = false
  const client = {
    async query(_text: string, values?: unknown[]) {
      running += 1
      most = Math.max(most, running)
      statements.push(values)
      await held
      running -= 1
      if (failsNext) {
        failsNext = false
        throw new Error('not now')
      }
      return { command: 'SELECT', rowCount: 0, rows: [] }
    },
    on: () => undefined,
  }
  return {
    client,
    statements,
    mostAtATime: () => most,
    fail: () => void (failsNext = true),
    hold() {
      let letGo = (): void => undefined
      held = new Promise<void>((resolve) => (letGo = resolve))
      return () => letGo()
    },
  }
}
