// A permit that is of one source first, and of the next one when a fetch moves on.
import type { Permit, TranscriptSource } from '../source.ts'

export interface MovingPermits {
  /** Waits for a permit of `source`. */
  take(source: TranscriptSource, signal: AbortSignal): Promise<Permit>
  /**
   * Gives back what `permit` holds of another source, and waits for a permit of `source`; at once where it holds one.
   *
   * @returns the permit that `source` gave itself.
   */
  moveTo(source: TranscriptSource, options: { permit: Permit; signal: AbortSignal }): Promise<Permit>
}

export function createMovingPermits(): MovingPermits {
  /** What each permit that was handed out holds at the moment. */
  const held = new WeakMap<Permit, { source: TranscriptSource; permit: Permit; released: boolean }>()

  return {
    async take(source, signal) {
      const permit = await source.admit(signal)
      if (signal.aborted) permit.release()
      const moving: Permit = {
        release() {
          const current = held.get(moving)
          if (!current || current.released) return
          current.released = true
          current.permit.release()
        },
      }
      held.set(moving, { source, permit, released: false })
      return moving
    },

    async moveTo(source, { permit: moving, signal }) {
      const current = held.get(moving)
      if (!current) throw new TypeError('The permit was not given by this source.')
      if (current.source === source && !current.released) return current.permit
      moving.release()
      const permit = await source.admit(signal)
      if (signal.aborted) permit.release()
      signal.throwIfAborted()
      current.source = source
      current.permit = permit
      current.released = false
      return permit
    },
  }
}
