import { describe, expect, it } from 'vitest'
import { describeNotifier } from '../../src/testing/describe-notifier.ts'
import { answering, fakeNotifier, silent } from '../../src/testing/fake-notifier.ts'

const signal = new AbortController().signal
const notificationTo = (url: string) => ({ id: 'msg_1', url, type: 'job.completed', body: '{}' })

describe('a fake notifier', () => {
  describeNotifier({
    runner: { describe, it },
    async createHarness() {
      const url = 'https://receiver.test/'
      const refusedUrls = ['https://refused.test/']
      const notifier = fakeNotifier({ receivers: { 'https://refused.test/': answering(410) } })
      const behaviours = {
        takes: answering(200),
        fails: answering(500),
        refuses: answering(410),
        unreachable: { type: 'failed', reason: 'Nobody is there.' },
        hangs: silent,
      } as const
      return {
        notifier: {
          ...notifier,
          async check(checked) {
            for (const refused of [...refusedUrls, ...(checked.startsWith('https:') ? [] : [checked])])
              notifier.refuse(refused)
            await notifier.check(checked)
          },
        },
        url,
        refusedUrls,
        behave: async (behaviour) => notifier.answer(url, behaviours[behaviour]),
        received: () => notifier.sent.filter((one) => one.url === url).map(({ id, body }) => ({ id, body })),
        dispose: async () => undefined,
      }
    },
  })

  it('answers one thing after the other, the last one ever again', async () => {
    const notifier = fakeNotifier({
      receivers: { 'https://a.test/': [answering(500), new Error('a fault'), answering(204)] },
    })
    const deliver = () => notifier.deliver(notificationTo('https://a.test/'), { signal })

    expect(await deliver()).toMatchObject({ type: 'failed', status: 500 })
    await expect(deliver()).rejects.toThrow('a fault')
    expect(await deliver()).toEqual({ type: 'delivered', status: 204 })
    expect(await deliver()).toEqual({ type: 'delivered', status: 204 })
    expect(notifier.sent).toHaveLength(4)
  })

  it('takes what it was told nothing about', async () => {
    expect(await fakeNotifier().deliver(notificationTo('https://b.test/'), { signal })).toMatchObject({
      type: 'delivered',
    })
  })

  it('counts what is under way', async () => {
    const notifier = fakeNotifier({ otherwise: silent })
    const controller = new AbortController()
    const attempts = ['https://a.test/', 'https://b.test/'].map((url) =>
      notifier.deliver(notificationTo(url), { signal: controller.signal }),
    )

    expect([notifier.running, notifier.mostRunning, notifier.mostCharacters]).toEqual([2, 2, 4])
    controller.abort(new Error('the end'))

    for (const attempt of attempts) await expect(attempt).rejects.toThrow('the end')
    expect([notifier.running, notifier.mostRunning]).toEqual([0, 2])
  })
})
