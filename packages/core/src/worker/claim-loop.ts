// Claims transcripts while there are free slots, and starts their attempts.
import { setImmediate } from 'node:timers/promises'
import type { Claim, ClaimedTranscript, ReusableTranscript, ReuseLookup } from '../storage.ts'
import type { Waker } from '../waker.ts'
import { isReused, type AttemptEnd } from './announce.ts'
import { runAttempt, type Attempt } from './attempt.ts'
import { takePermits } from './take-permits.ts'
import type { WorkerContext } from './worker-context.ts'

export interface ClaimLoopOptions {
  /** How many videos are fetched at a time at most. As many again may be on their way into the storage. */
  readonly concurrency: number
  /** Woken when there may be work; and by the loop itself, for a slot that becomes free while more waits for one. */
  readonly waker: Waker
  /** Ends the loop; attempts in hand go on. */
  readonly signal: AbortSignal
}

export interface ClaimLoop {
  /** Claims until the signal aborts; then resolves. */
  run(): Promise<void>
  /** How many attempts are running. */
  readonly running: number
  /** How many transcripts were given back unfinished, since the worker was told to stop. */
  readonly givenBack: number
  /** Resolves when no attempt is running. */
  idle(): Promise<void>
}

export function createClaimLoop(context: WorkerContext, { concurrency, waker, signal }: ClaimLoopOptions): ClaimLoop {
  const { storage, source, worker, leases, clock, events, counters, maxCrashes, jobIds } = context
  const running = new Set<Promise<void>>()
  let fetching = 0
  let givenBack = 0
  const worthAClaim = Math.min(Math.ceil(concurrency * SHARE_WORTH_A_CLAIM), MAX_CLAIM)
  let suspectDue = false
  /** Whether the last claim took all that it could, so that more probably waits for a slot. */
  let wasFull = false
  let contentions = 0

  return {
    get running() {
      return running.size
    },
    get givenBack() {
      return givenBack
    },
    async run() {
      while (!signal.aborted) {
        try {
          const next = await turn()
          if (next === 'wait') contentions = 0
          if (next !== 'claim') await waker.wait({ signal, ...(next === 'look soon' && { ms: contendedMs() }) })
          // What ends in the same turn of the event loop is made up for by one claim.
          await setImmediate()
        } catch (error) {
          if (signal.aborted) return
          events.emit('engine.error', { error, during: 'claim' })
          await waker.wait({ ms: CLAIM_RETRY_MS, signal })
        }
      }
    },
    idle,
  }

  /** @returns what comes next: another claim at once, a short wait, or one until somebody wakes the loop. */
  async function turn(): Promise<'claim' | 'look soon' | 'wait'> {
    if (suspectDue) {
      // Whatever ran beside a transcript that kills its worker would die with it, and be suspected in its turn.
      await idle()
      if (signal.aborted) return 'wait'
      suspectDue = false
      const { contended = false } = await claimAndStart(1, { suspect: true })
      await idle()
      return contended ? 'look soon' : 'claim'
    }
    if (freeSlots() <= 0) return 'wait'
    if (wasFull) await gatherSlots()
    const { isFull, contended = false } = await claimAndStart(freeSlots(), { suspect: false })
    wasFull = isFull
    if (isFull || suspectDue) return 'claim'
    return contended ? 'look soon' : 'wait'
  }

  function freeSlots(): number {
    return Math.min(concurrency - fetching, 2 * concurrency - running.size, MAX_CLAIM)
  }

  /** While work piles up, slots that become free one by one are filled by one claim: it costs as much for one video as for ten. */
  async function gatherSlots(): Promise<void> {
    const until = clock.monotonic() + GATHER_MS
    while (freeSlots() < worthAClaim && !signal.aborted) {
      const ms = until - clock.monotonic()
      if (ms <= 0) return
      await waker.wait({ ms, signal })
    }
  }

  /** Longer each time: whoever holds a lock for longer than a claim takes may hold it for seconds. */
  function contendedMs(): number {
    const ms = Math.min(CONTENDED_MS * 2 ** contentions, LONGEST_CONTENDED_MS)
    contentions += 1
    return ms
  }

  /** @returns the claim, and whether it took as much as it could, so that there may be more. */
  async function claimAndStart(
    limit: number,
    { suspect }: { suspect: boolean },
  ): Promise<Claim & { readonly isFull: boolean }> {
    const permits = await takePermits(source, { limit, signal })
    const most = permits.length
    try {
      signal.throwIfAborted()
      const since = clock.monotonic()
      const claim = await storage.claim({
        source: source.id,
        worker,
        limit: most,
        maxCrashes,
        suspect,
        ...(jobIds && { jobIds }),
      })
      if (!suspect) suspectDue = claim.suspectDue
      const held = claim.transcripts.map((claimed) => ({ claimed, held: leases.hold(claimed, since) }))
      counters.claimed += held.length
      if (held.length > 0) contentions = 0
      for (const jobId of claim.startedJobs) events.emit('job.processing', { jobId })

      const reusable = await findReusable(claim.transcripts)
      for (const [index, { claimed, held: lease }] of held.entries()) {
        const permit = permits.pop()
        if (permit) start({ claimed, held: lease, permit, reusable: reusable[index] })
      }
      return { ...claim, isFull: held.length === most }
    } finally {
      for (const permit of permits) permit.release()
    }
  }

  /** A stored transcript saves a fetch; where it cannot be looked up, the fetch is made. */
  async function findReusable(
    claimed: readonly ClaimedTranscript[],
  ): Promise<readonly (ReusableTranscript | undefined)[]> {
    const lookups = claimed.map((transcript) => lookupOf(transcript, source.id))
    const wanted = lookups.filter((lookup) => lookup !== undefined)
    if (wanted.length === 0) return []
    try {
      const found = (await storage.findReusable(wanted)).values()
      return lookups.map((lookup) => (lookup ? found.next().value : undefined))
    } catch (error) {
      events.emit('engine.error', { error, during: 'reuse' })
      return []
    }
  }

  function start(attempt: Omit<Attempt, 'onFetched'>): void {
    let isFetching = true
    fetching += 1
    const done = runAttempt({ ...attempt, onFetched: freeSlot }, context)
      .then((end) => {
        if (end.type === 'settled' && end.outcome.type === 'released') givenBack += 1
        if (mayMakeDue(end)) waker.wake()
      })
      .catch((error: unknown) => events.emit('engine.error', { error, during: 'attempt' }))
      .finally(() => {
        attempt.held.release()
        running.delete(done)
        freeSlot()
      })
    running.add(done)

    function freeSlot(): void {
      if (isFetching) fetching -= 1
      isFetching = false
      if (wasFull) waker.wake()
    }
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running)
  }
}

/**
 * Whether there may be something to claim that was not there before: this transcript again, or what a gate kept back. A gate lets
 * the next one through when its probe has failed, too, and when a stored text stood in for it, which says nothing of the source.
 */
function mayMakeDue(end: AttemptEnd): boolean {
  if (end.type !== 'settled' || end.result.status !== 'completed') return true
  return end.result.gate !== undefined || isReused(end.outcome)
}

function lookupOf({ requestKey, reuse, owner }: ClaimedTranscript, source: string): ReuseLookup | undefined {
  if (reuse.scope === 'none') return undefined
  return { source, requestKey, maxAgeMs: reuse.maxAgeMs, ...(reuse.scope === 'owner' && { owner }) }
}

/** The most that one claim takes: enough to make its cost small, few enough that other workers find some too. */
const MAX_CLAIM = 100

/** Of all slots. With ten slots or fewer nothing is gathered. */
const SHARE_WORTH_A_CLAIM = 0.1
/** How long a slot is kept free at most for others to join it: little beside a fetch, which takes hundreds. */
const GATHER_MS = 20

const CLAIM_RETRY_MS = 1_000

/** A claim takes a few milliseconds: what it leaves is free after that. */
const CONTENDED_MS = 20
const LONGEST_CONTENDED_MS = 320
