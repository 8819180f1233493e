import type { TranscriptionStorage } from '../../storage.ts'

/** A storage with other methods in the place of some of its own. */
export const replacing = (
  storage: TranscriptionStorage,
  methods: Partial<TranscriptionStorage>,
): TranscriptionStorage =>
  new Proxy(storage, {
    get: (target, name, receiver) => Reflect.get(name in methods ? methods : target, name, receiver) as unknown,
  })
