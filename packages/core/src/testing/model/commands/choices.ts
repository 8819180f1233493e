// What commands draw their options from: few owners, videos and times, so that they meet again and again.
import fc from 'fast-check'
import { MINUTE } from '../views.ts'

export const OWNERS = ['ann', 'bob'] as const
export const owner = fc.constantFrom(...OWNERS)

export const videoId = fc.constantFrom('video-a', 'video-b', 'video-c')

export const source = fc.oneof(
  { weight: 9, arbitrary: fc.constant('fake') },
  { weight: 1, arbitrary: fc.constant('other') },
)

export const callbackUrl = fc.constantFrom('https://one.test/hook', 'https://two.test/hook')

/** One of these numbers of minutes, in milliseconds. */
export const minutes = (...choices: readonly number[]) => fc.constantFrom(...choices).map((count) => count * MINUTE)

/** One time in four. */
export const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without what is undefined. */
export const given = <T extends object>(options: T): Given<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>
