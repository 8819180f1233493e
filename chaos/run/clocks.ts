// How wrong the clock of each process is: a third of them are right.
import { createHash } from 'node:crypto'
import { between, randomFrom } from '../random.mjs'

const TEN_MINUTES = 10 * 60_000

/** In milliseconds; the same for the same seed and process. */
export function clockOffsetOf(seed: number, process: string): number {
  const random = randomFrom(createHash('sha256').update(`${seed} ${process}`).digest().readUInt32LE())
  return random() < 1 / 3 ? 0 : between(random, -TEN_MINUTES, TEN_MINUTES)
}
