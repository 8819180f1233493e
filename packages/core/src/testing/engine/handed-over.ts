// A value that a source or a storage hands to the test while it is asked.
import { present } from '../storage/steps.ts'

/** Something that the source gives to the test while it is asked. */
export function handedOver<T>() {
  let value: T | undefined
  return { set: (given: T) => void (value = given), get: () => present(value) }
}
