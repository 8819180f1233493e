// Who gets which transcript.
import type { ClaimOptions } from '../../storage.ts'
import { passageOf } from './gates.ts'
import { allTranscripts, gateOf, isOriginal, type Model, type ModelTranscript } from './state.ts'
import { see } from './workers.ts'

export interface ModelClaim {
  readonly claimed: readonly ModelTranscript[]
  readonly startedJobs: readonly string[]
  readonly suspectDue: boolean
}

export function claim(model: Model, options: ClaimOptions): ModelClaim {
  const { worker, limit, suspect = false } = options
  see(model, worker)
  const claimed: ModelTranscript[] = []
  const startedJobs: string[] = []
  while (claimed.length < (suspect ? Math.min(1, limit) : limit)) {
    const next = nextOf(model, options, { suspect })
    if (!next) break
    start(model, next, options)
    claimed.push(next)
    if (next.job.status === 'pending') {
      next.job.status = 'processing'
      next.job.updatedAt = model.now
      startedJobs.push(next.job.input.id)
    }
  }
  model.note(claimed.length === 0 ? 'nothing due' : suspect ? 'a suspect' : 'a claim')
  return { claimed, startedJobs, suspectDue: nextOf(model, options, { suspect: true }) !== undefined }
}

/** The first by rank of what may pass. */
function nextOf(model: Model, options: ClaimOptions, { suspect }: { suspect: boolean }): ModelTranscript | undefined {
  const { source, maxCrashes, jobIds } = options
  const due = allTranscripts(model).filter(
    (one) =>
      one.status === 'pending' &&
      isOriginal(one) &&
      one.job.input.source === source &&
      one.runAt <= model.now &&
      one.crashes < maxCrashes &&
      one.crashes >= maxCrashes - 1 === suspect &&
      (jobIds?.includes(one.job.input.id) ?? true),
  )
  return due
    .filter((one) => {
      const gate = gateOf(model, one)
      const passage = passageOf(model, gate)
      if (passage === 'all' || passage === 'nobody') return passage === 'all'
      // Whatever closed the gate would probably close it again, so that it comes last.
      return gate.closedBy !== one.name || !due.some((other) => other !== one && gateOf(model, other) === gate)
    })
    .toSorted((a, b) => a.rankAt - b.rankAt || a.order - b.order)[0]
}

function start(model: Model, transcript: ModelTranscript, { worker }: ClaimOptions): void {
  const gate = gateOf(model, transcript)
  transcript.status = 'processing'
  transcript.attempt += 1
  transcript.updatedAt = model.now
  transcript.held = { by: worker.id, since: model.now, until: model.now + worker.leaseMs }
  const grant = { of: transcript.name, attempt: transcript.attempt }
  model.leases.push(grant)
  if (gate.closedUntil === undefined) return
  gate.probe = grant
  model.note(gate.closedBy === transcript.name ? 'a probe by what closed the gate' : 'a probe')
}
