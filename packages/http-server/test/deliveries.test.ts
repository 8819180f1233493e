import type { DeliveryReceipt, Notifier } from '@ytscriptify/core'
import { eventually } from '@ytscriptify/core/testing'
import { describe, expect, it } from 'vitest'
import { setUp } from './set-up.ts'

const receiver = (...receipts: readonly DeliveryReceipt[]): Notifier => {
  const answers = [...receipts]
  return {
    check: async () => {},
    deliver: async () => answers.shift() ?? { type: 'delivered', status: 204 },
  }
}

async function deliveredJob(notifier: Notifier) {
  const api = await setUp({ service: { notifier } })
  const id = await api.endedJob(['aaaaaaaaaaa'], { callbackUrl: 'https://receiver.test/hook' })
  const worker = api.service.createWorker({})
  worker.start()
  const list = async () => (await api.request(`/job_status/${id}/deliveries`)).json.deliveries
  return { ...api, id, list }
}

describe('the deliveries of a job', () => {
  it('are listed with their attempts', async () => {
    const { list, id } = await deliveredJob(receiver({ type: 'refused', reason: 'Gone.', status: 410 }))

    await eventually(async () => (await list())[0].status === 'failed', { what: 'the receiver refused' })

    expect(await list()).toMatchObject([
      {
        job_id: id,
        type: 'job.completed',
        url: 'https://receiver.test/hook',
        status: 'failed',
        next_attempt_at: null,
        attempts: [{ attempt: 1, response_status: 410, error: 'Gone.' }],
      },
    ])
  })

  it('are none of a job without a callback', async () => {
    const { request, endedJob } = await setUp()
    const id = await endedJob(['aaaaaaaaaaa'])

    expect((await request(`/job_status/${id}/deliveries`)).json).toEqual({ deliveries: [] })
  })

  it('can be sent again, under the same id', async () => {
    const { request, list, id } = await deliveredJob(receiver({ type: 'refused', reason: 'Gone.', status: 410 }))
    await eventually(async () => (await list())[0].status === 'failed', { what: 'the receiver refused' })
    const [{ delivery_id: deliveryId }] = await list()

    const { status, json } = await request(`/job_status/${id}/deliveries/${deliveryId}/replay`, { method: 'POST' })

    expect(status).toBe(202)
    expect(json).toMatchObject({ delivery_id: deliveryId, status: 'pending', failures: 0 })
    await eventually(async () => (await list())[0].status === 'delivered', { what: 'it was delivered' })
  })

  it.each(['msg_00000000-0000-4000-8000-000000000000', 'none', '%00', 'a'.repeat(300)])(
    'are not found by the id %s',
    async (deliveryId) => {
      const { request, endedJob } = await setUp()
      const id = await endedJob(['aaaaaaaaaaa'])

      const { status, json } = await request(`/job_status/${id}/deliveries/${deliveryId}/replay`, { method: 'POST' })

      expect({ status, code: json.code }).toEqual({ status: 404, code: 'delivery_not_found' })
    },
  )
})
