// The steps that tests of callbacks are told in.
import type { Delivery } from '../../delivery.ts'
import type { Job } from '../../job.ts'
import { only } from '../storage/steps.ts'
import { submit, type Engine } from './engine.ts'

export const HOOK = 'https://receiver.test/hook'

/** A job of one video whose end is told to this URL. */
export const submitFor = (engine: Engine, callbackUrl = HOOK, videoId = 'dQw4w9WgXcQ'): Promise<Job> =>
  submit(engine, videoId, { callbackUrl })

export const deliveryOf = async ({ service }: Engine, { id }: Pick<Job, 'id'>): Promise<Delivery> =>
  only(await service.deliveries(id))

/** Lets time pass until the callback of the job was delivered or given up. */
export async function told(engine: Engine, job: Pick<Job, 'id'>, { withinMs = 60_000 } = {}): Promise<Delivery> {
  await engine.until(async () => (await engine.service.deliveries(job.id))[0]?.endedAt !== undefined, { withinMs })
  return deliveryOf(engine, job)
}

/** What went wrong here, by the loop that told it. */
export const errorsOf = ({ told: events }: Engine): string[] =>
  events.flatMap((one) => (one.name === 'engine.error' ? [one.event.during] : []))
