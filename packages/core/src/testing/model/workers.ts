// Which workers are alive, what they hold, and what was taken from them.
import type { Worker } from '../../storage.ts'
import { STORAGE_RULES } from '../../storage-rules.ts'
import { allTranscripts, isCurrent, type Grant, type Model } from './state.ts'

export function see({ workers, now }: Model, worker: Worker): void {
  const { startedAt = now } = workers.get(worker.id) ?? {}
  workers.set(worker.id, { worker, startedAt, seenAt: now })
}

/** @returns the leases that are still its own. */
export function renew(model: Model, worker: Worker, leases: readonly Grant[]): Grant[] {
  see(model, worker)
  giveCrashesBack(model, worker)
  return leases.filter((lease) => {
    const held = allTranscripts(model).find((one) => isCurrent(one, lease))?.held
    if (held?.by !== worker.id) {
      model.note('a lease that is lost')
      return false
    }
    model.note('a lease that is renewed')
    held.until = model.now + worker.leaseMs
    return true
  })
}

/** It had only paused, and nothing had crashed. */
function giveCrashesBack(model: Model, { id }: Worker): void {
  for (const transcript of allTranscripts(model).filter(({ lostBy }) => lostBy === id)) {
    transcript.crashes -= 1
    delete transcript.lostBy
    transcript.job.updatedAt = model.now
    model.note('a crash given back')
  }
}

export function isLost({ workers, now }: Model, id: string): boolean {
  const known = workers.get(id)
  return !known || known.seenAt + STORAGE_RULES.leasesUntilLost * known.worker.leaseMs <= now
}

export function forgetOldWorkers({ workers, now, note }: Model): void {
  for (const [id, { seenAt }] of workers) {
    if (seenAt + STORAGE_RULES.forgottenAfterMs > now) continue
    workers.delete(id)
    note('a worker forgotten')
  }
}
