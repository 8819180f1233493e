import { InvalidArgumentError } from 'commander'

/** @throws {InvalidArgumentError} */
export function pageSize(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1_000)
    throw new InvalidArgumentError('Give a whole number from 1 to 1000.')
  return Number(text)
}
