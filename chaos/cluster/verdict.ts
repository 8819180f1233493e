// The judgement over a run: what was promised, what the rows say, what the witness saw, what the receiver got.
import { eventually } from '@ytscriptify/core/testing'
import { callbackViolationsOf, violationsOf } from '../invariants.mjs'
import type { SubmittedJob } from './caller.ts'
import type { Member } from './member.ts'
import type { Receipt } from './receiver.ts'
import type { Witness } from './witness.ts'

export interface Evidence {
  readonly witness: Witness
  readonly received: readonly Receipt[]
  readonly members: readonly Member[]
  readonly promised: readonly SubmittedJob[]
}

/** Waits until every job has ended and every callback has been sent. */
export async function untilSettled(witness: Witness, { withinMs }: { readonly withinMs: number }): Promise<void> {
  const open = (): Promise<number> =>
    witness.number(`
      SELECT (SELECT count(*) FROM jobs WHERE status IN ('pending', 'processing'))
           + (SELECT count(*) FROM deliveries WHERE status IN ('pending', 'processing'))`)
  await eventually(async () => (await open()) === 0, { what: 'all jobs and callbacks have ended', withinMs })
}

/** @returns every violation as a sentence; an empty list is a good run. */
export async function violationsIn({ witness, received, members, promised }: Evidence): Promise<readonly string[]> {
  const [jobs, transcripts, deliveries, journal] = [
    await witness.rows('SELECT id, status, completed, failed, callback_url FROM jobs'),
    await witness.rows('SELECT id, job_id, status, duplicate_of FROM transcripts'),
    await witness.rows('SELECT id, job_id, status FROM deliveries'),
    await witness.journal(),
  ]
  return [
    ...members.flatMap(({ faults }) => faults()),
    ...violationsOf({ submitted: promised, jobs, transcripts, deliveries, witness: journal, logs: [] }),
    ...callbackViolationsOf({ jobs, deliveries, received }),
  ]
}
