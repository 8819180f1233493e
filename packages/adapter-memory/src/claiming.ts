// Who works on what: the next transcripts, in rank order, each to one worker.
import { JOB_MOVES, TRANSCRIPT_MOVES, type Claim, type ClaimOptions, type ClaimedTranscript } from '@ytscriptify/core'
import { touch } from './job-row.ts'
import { isBefore, passageAt, type Lane, type Wanted } from './lane.ts'
import { isProbing, type Memory } from './memory.ts'
import { enter } from './transcript-row.ts'
import { markSeen } from './workers.ts'
import type { TranscriptRow } from './rows.ts'

export function claim(memory: Memory, options: ClaimOptions): Claim {
  const { limit, maxCrashes, suspect = false } = options
  const ordinary = { minCrashes: 0, belowCrashes: maxCrashes - 1 }
  const suspects = { minCrashes: maxCrashes - 1, belowCrashes: maxCrashes }
  const now = memory.now()
  const transcripts: ClaimedTranscript[] = []
  const startedJobs: string[] = []

  markSeen(memory, options.worker, now)
  while (transcripts.length < (suspect ? Math.min(1, limit) : limit)) {
    const next = nextOf(memory, options, { now, ...(suspect ? suspects : ordinary) })
    if (!next) break
    transcripts.push(start(memory, next, options, now))
    if (startJob(next.row, now)) startedJobs.push(next.row.job.input.id)
  }
  return { transcripts, startedJobs, suspectDue: nextOf(memory, options, { now, ...suspects }) !== undefined }
}

interface Next {
  readonly lane: Lane
  readonly row: TranscriptRow
  readonly asProbe: boolean
}

/** The next row of a source that fits, of those that their gates let pass. */
function nextOf(memory: Memory, { source, jobIds }: ClaimOptions, wanted: Wanted): Next | undefined {
  let next: Next | undefined
  for (const lane of memory.lanes.get(source)?.values() ?? []) {
    const passage = passageAt(lane.gate, { now: wanted.now, isProbing: (gate) => isProbing(memory, gate, wanted.now) })
    if (passage === 'none') continue
    const first = (fitting: Wanted) => (jobIds ? firstOfJobs(memory, lane, jobIds, fitting) : lane.first(fitting))
    const row = passage === 'probe' ? probeOf(lane, first, wanted) : first(wanted)
    if (row && (!next || isBefore(row, next.row))) next = { lane, row, asProbe: passage === 'probe' }
  }
  return next
}

/** Whatever closed the gate would probably close it again, so that it comes last. */
function probeOf({ gate }: Lane, first: (wanted: Wanted) => TranscriptRow | undefined, wanted: Wanted) {
  return (gate.closedBy === undefined ? undefined : first({ ...wanted, except: gate.closedBy })) ?? first(wanted)
}

/** A worker that works for a few jobs looks through them; lanes are ordered for those that work for all. */
function firstOfJobs(
  { jobs }: Memory,
  { gate }: Lane,
  jobIds: readonly string[],
  { now, minCrashes, belowCrashes, except }: Wanted,
): TranscriptRow | undefined {
  let first: TranscriptRow | undefined
  for (const row of jobIds.flatMap((id) => jobs.get(id)?.transcripts ?? [])) {
    if (row.state.status !== 'pending' || row.runAt > now || row.id === except) continue
    if (row.input.duplicateOf !== undefined) continue
    // Sources may give their gates the same key.
    if (row.job.input.source !== gate.source || row.input.gateKey !== gate.key) continue
    if (row.crashes < minCrashes || row.crashes >= belowCrashes) continue
    if (!first || isBefore(row, first)) first = row
  }
  return first
}

function start(memory: Memory, { lane, row, asProbe }: Next, { worker }: ClaimOptions, now: number): ClaimedTranscript {
  const { job, position, input } = row
  enter(row, {
    move: TRANSCRIPT_MOVES.claim,
    state: { status: 'processing', worker: worker.id, claimedAt: now, leaseUntil: now + worker.leaseMs },
    now,
  })
  row.attempt += 1
  lane.remove(row)
  memory.leased.add(row)
  const lease = { transcriptId: row.id, attempt: row.attempt }
  if (asProbe) lane.gate = { ...lane.gate, probe: lease }
  return {
    lease,
    jobId: job.input.id,
    owner: job.input.owner,
    position,
    url: input.url,
    videoId: input.videoId,
    request: job.input.request,
    requestKey: input.requestKey,
    reuse: job.input.reuse,
    gateKey: input.gateKey,
    failures: row.failures,
    crashes: row.crashes,
    remainingMs: Math.max(0, job.deadlineAt - now),
  }
}

function startJob({ job }: TranscriptRow, now: number): boolean {
  const isWaiting = JOB_MOVES.start.from.some((status) => status === job.status)
  if (!isWaiting) return false
  job.status = JOB_MOVES.start.to
  touch(job, now)
  return true
}
