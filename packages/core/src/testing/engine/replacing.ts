import type { TranscriptionStorage } from '../../storage.ts'

/** A storage with other methods in place of some of its own. */
export const replacing = (
  storage: TranscriptionStorage,
  methods: Partial<TranscriptionStorage>,
): TranscriptionStorage =>
  new Proxy(storage, {
    get: (target, name, receiver) => Reflect.get(name in methods ? methods : target, name, receiver) as unknown,
  })

/** A storage that can store no text. */
export const refusingTexts = (storage: TranscriptionStorage): TranscriptionStorage =>
  replacing(storage, {
    async settle(settlement) {
      if (settlement.outcome.type === 'completed') throw new TypeError('It cannot be stored.')
      return storage.settle(settlement)
    },
  })
