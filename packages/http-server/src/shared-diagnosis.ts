// One diagnosis for all who ask: it makes requests to the source, which counts them, and nobody who asks for health may
// have us make more of them.
import type { Clock, Diagnosis, TranscriptionService } from '@ytscriptify/core'

export interface SharedDiagnosis {
  /**
   * The diagnosis that is under way, or the last one while it is fresh, or a new one.
   *
   * @param closing - Aborts when the server is to stop; a diagnosis ends then.
   */
  get(closing: AbortSignal | undefined): Promise<Diagnosis>
}

/** How long a diagnosis is fresh, in milliseconds from its end. A bad one is looked into again sooner. */
const FRESH_MS = { good: 5 * 60_000, failing: 60_000 } as const

export function sharedDiagnosis({
  service,
  clock,
}: {
  readonly service: Pick<TranscriptionService, 'diagnose'>
  readonly clock: Clock
}): SharedDiagnosis {
  let running: Promise<Diagnosis> | undefined
  let last: { readonly diagnosis: Diagnosis; readonly freshUntil: number } | undefined

  async function diagnose(closing: AbortSignal | undefined): Promise<Diagnosis> {
    const diagnosis = await service.diagnose(closing && { signal: closing })
    const freshMs = diagnosis.status === 'failing' ? FRESH_MS.failing : FRESH_MS.good
    last = { diagnosis, freshUntil: clock.monotonic() + freshMs }
    return diagnosis
  }

  return {
    async get(closing) {
      if (last && clock.monotonic() < last.freshUntil) return last.diagnosis
      running ??= diagnose(closing).finally(() => (running = undefined))
      return running
    },
  }
}
