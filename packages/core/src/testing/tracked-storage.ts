// A storage that says whether it is working. Where it takes real time, a clock that stands still has to wait for it.
import type { TranscriptionStorage } from '../storage.ts'

export interface StorageTracker {
  /** The storage, with every call noticed. */
  track(storage: TranscriptionStorage): TranscriptionStorage
  /** Whether a call of one of them is under way. */
  isBusy(): boolean
}

/** For harnesses whose storage asks a server: {@link StorageHarness.isBusy}. */
export function storageTracker(): StorageTracker {
  let underWay = 0

  return {
    isBusy: () => underWay > 0,
    track: (storage) =>
      new Proxy(storage, {
        get(target, name, receiver) {
          const method: unknown = Reflect.get(target, name, receiver)
          if (typeof method !== 'function') return method
          return async (...parameters: unknown[]): Promise<unknown> => {
            underWay += 1
            try {
              return await (Reflect.apply(method, target, parameters) as unknown)
            } finally {
              underWay -= 1
            }
          }
        },
      }),
  }
}
